using Kafka.Modular.Conformance.Clients;

namespace Kafka.Modular.Conformance.Security;

/// <summary>Logins with SASL that fail.</summary>
internal static class SaslFailures
{
    private const string InvalidPlain = "Authentication failed: Invalid username or password";
    private const string InvalidScram = "Authentication failed during authentication due to invalid credentials with SASL mechanism ";

    public static readonly FailureCase[] Cases =
    [
        Refused("PLAIN", "alice", FailingBroker.WrongPassword, InvalidPlain) with
        {
            Title = "wrong password, PLAIN",
            Logs = "listener SASL_PLAINTEXT, mechanism PLAIN): wrong password for user 'alice'.",
            Remedy = "compare the password with that of the listener's JAAS configuration or of the credential store",
        },
        Refused("SCRAM-SHA-512", "alice", FailingBroker.WrongPassword, InvalidScram + "SCRAM-SHA-512") with
        {
            Title = "wrong password, SCRAM",
            Logs = "listener SASL_PLAINTEXT, mechanism SCRAM-SHA-512): wrong password for user 'alice'.",
            Remedy = "give the client the password, or the user a new one with `kafka-configs`",
        },
        Refused("PLAIN", "mallory", FailingBroker.WrongPassword, InvalidPlain) with
        {
            Title = "unknown user, PLAIN",
            Logs = "listener SASL_PLAINTEXT, mechanism PLAIN): user 'mallory' is not known. Hint: add it to listener.name.<listener>.plain.sasl.jaas.config or to a credential store (plugins.credentials).",
            Remedy = "as the hint says",
        },
        Refused("SCRAM-SHA-256", "mallory", FailingBroker.WrongPassword, InvalidScram + "SCRAM-SHA-256") with
        {
            Title = "unknown user, SCRAM, or one that has no password for this mechanism",
            Logs = "listener SASL_PLAINTEXT, mechanism SCRAM-SHA-256): user 'mallory' has no credential for SCRAM-SHA-256. Hint: kafka-configs --alter --add-config 'SCRAM-SHA-256=[password=…]' --entity-type users --entity-name NAME adds one.",
            Remedy = "as the hint says; SCRAM-SHA-256 and SCRAM-SHA-512 have a credential each",
        },
        new()
        {
            Title = "a mechanism that is not enabled",
            Listener = FailingBroker.Narrow,
            Security = static _ => Login("PLAIN", "alice", FailingBroker.Password),
            Says = new()
            {
                [Failures.Kcat] = ["SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: SCRAM-SHA-512"],
                [Failures.Confluent] = ["Local_Authentication: ", "SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: SCRAM-SHA-512"],
                [Failures.Python] = ["NoBrokersAvailable"],
                [Failures.KafkaJs] = ["KafkaJSProtocolError 33: The broker does not support the requested SASL mechanism"],
                [Failures.Platformatic] = ["PLT_KFK_AUTHENTICATION: Cannot find a suitable SASL mechanism."],
            },
            Logs = "listener NARROW, mechanism PLAIN): mechanism 'PLAIN' is not enabled. Hint: this listener offers SCRAM-SHA-512 (sasl.enabled.mechanisms); set sasl.mechanism of the client to one of them.",
            Remedy = "as the hint says",
        },
        new()
        {
            Title = "a client without SASL",
            Listener = "SASL_PLAINTEXT",
            Security = static _ => new ClientSecurity { Protocol = "PLAINTEXT" },
            Says = new()
            {
                [Failures.Kcat] = ["Disconnected", "in state UP"],
                [Failures.Confluent] = ["Disconnected", "in state UP"],
                [Failures.Python] = ["socket disconnected"],
                [Failures.KafkaJs] = ["KafkaJSConnectionClosedError: Closed connection"],
                [Failures.Platformatic] = ["PLT_KFK_NETWORK: Connection closed"],
            },
            Logs = "listener SASL_PLAINTEXT, mechanism none): Metadata came before authentication. Hint: the client has to use SASL: set its security.protocol to the listener's.",
            Remedy = "as the hint says",
        },
        new()
        {
            Title = "a client with TLS at a listener without",
            Listener = "SASL_PLAINTEXT",
            Security = static broker => new ClientSecurity { Protocol = "SSL", Authority = broker.Files["ca.pem"] },
            Says = new()
            {
                [Failures.Kcat] = ["Disconnected", "in state SSL_HANDSHAKE"],
                [Failures.Confluent] = ["Disconnected", "in state SSL_HANDSHAKE"],
                [Failures.Python] = ["SSL connection closed by server during handshake."],
                [Failures.KafkaJs] = ["KafkaJSConnectionError"],
                [Failures.Platformatic] = ["PLT_KFK_NETWORK: Connection to localhost:"],
            },
            Logs = "bytes, and 0 to 524288 are allowed (sasl.server.max.receive.size). It looks like TLS: set security.protocol=SASL_PLAINTEXT in that client, or connect it to a listener with TLS.",
            Remedy = "as the log says",
        },
    ];

    private static ClientSecurity Login(string mechanism, string user, string password) =>
        new() { Protocol = "SASL_PLAINTEXT", Mechanism = mechanism, User = user, Password = password };

    // Clients that log in with bare tokens (SaslHandshake v0) learn no reason: the connection is closed. @platformatic/kafka does not show the broker's text.
    private static FailureCase Refused(string mechanism, string user, string password, string text) => new()
    {
        Title = "",
        Listener = "SASL_PLAINTEXT",
        Security = _ => Login(mechanism, user, password),
        Says = new()
        {
            [Failures.Kcat] = ["SASL authentication error: " + text],
            [Failures.Confluent] = ["Local_Authentication: ", "SASL authentication error: " + text],
            [Failures.Python] = ["Error receiving reply from server", "NoBrokersAvailable"],
            [Failures.KafkaJs] = ["KafkaJSSASLAuthenticationError: ", text],
            [Failures.Platformatic] = ["PLT_KFK_AUTHENTICATION: SASL authentication failed."],
        },
        Logs = "",
        Remedy = "",
    };
}
