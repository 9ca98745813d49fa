using Kafka.Modular.Conformance.Clients;

namespace Kafka.Modular.Conformance.Security;

/// <summary>Connections with TLS that fail.</summary>
internal static class TlsFailures
{
    // librdkafka finds it out in one of two places, and has a longer text, and another error (Local_Ssl, Local_Transport), for each.
    private const string Verify = "error:0A000086:SSL routines::certificate verify failed";

    // Node's TLS closes the connection without an alert when it does not like the broker's certificate.
    private const string Closed = "(SSL handshake failed): the client closed the connection during the handshake. It may not trust this listener's certificate: "
        + "the issuer is not in its trust store (ssl.truststore.*, ssl.ca.location), the certificate has expired, or is not for the host name that it connects to (advertised.listeners). Its log may say which.";

    // What a client sees whose certificate the broker refuses: in TLS 1.3 the handshake is over for it, and the connection closes.
    private static readonly Dictionary<string, string[]> s_refused = new()
    {
        [Failures.Kcat] = ["FAIL", "in state APIVERSION_QUERY"],
        [Failures.Confluent] = ["Disconnected", "in state APIVERSION_QUERY"],
        [Failures.Python] = ["socket disconnected", "NoBrokersAvailable"],
        [Failures.KafkaJs] = ["KafkaJSConnectionClosedError: Closed connection"],
        [Failures.Platformatic] = ["PLT_KFK_NETWORK: Connection closed"],
    };

    public static readonly FailureCase[] Cases =
    [
        new()
        {
            Title = "a client without TLS",
            Listener = FailingBroker.Tls,
            Security = static _ => new ClientSecurity { Protocol = "PLAINTEXT" },
            Says = new()
            {
                [Failures.Kcat] = ["Disconnected", "in state APIVERSION_QUERY"],
                [Failures.Confluent] = ["Disconnected", "in state APIVERSION_QUERY"],
                [Failures.Python] = ["socket disconnected", "NoBrokersAvailable"],
                [Failures.KafkaJs] = ["KafkaJSConnectionClosedError: Closed connection"],
                [Failures.Platformatic] = ["PLT_KFK_NETWORK: Connection closed"],
            },
            Logs = "on listener TLS (SSL handshake failed): what came is a Kafka request without TLS. Set security.protocol=SSL or SASL_SSL in that client, or connect it to a listener without TLS.",
            Remedy = "as the log says",
        },
        Untrusted("unable to get local issuer certificate", "unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE") with
        {
            Title = "the client does not trust the issuer of the broker's certificate",
            Listener = FailingBroker.Tls,
            Security = static broker => new ClientSecurity { Protocol = "SSL", Authority = broker.Files["other.pem"] },
            Logs = "on listener TLS (SSL handshake failed): the client does not know the issuer of this listener's certificate. Give that client the issuer in its trust store (ssl.truststore.*, ssl.ca.location).",
            LogsOfNode = "on listener TLS " + Closed,
            Remedy = "give the client the authority's certificate; the broker's key store has to have the intermediate ones",
        },
        Untrusted("Hostname mismatch, certificate is not valid for 'localhost'", "Hostname/IP does not match certificate's altnames", "ERR_TLS_CERT_ALTNAME_INVALID") with
        {
            Title = "the broker's certificate is for another host",
            Listener = FailingBroker.Elsewhere,
            Logs = "on listener ELSEWHERE (SSL handshake failed): the client refuses this listener's certificate. Its log says why; often the certificate is not for the host name that it connects to (advertised.listeners).",
            LogsOfNode = "on listener ELSEWHERE " + Closed,
            Remedy = "put every address of `advertised.listeners` and of the clients' `bootstrap.servers` into `subjectAltName`",
        },
        Untrusted("certificate has expired", "certificate has expired", "CERT_HAS_EXPIRED") with
        {
            Title = "the broker's certificate has expired",
            Listener = FailingBroker.Late,
            Before = static broker => broker.ExpiredAsync(),
            Logs = "on listener LATE (SSL handshake failed): the client finds that this listener's certificate has expired. Replace the certificate, or check that client's clock.",
            LogsOfNode = "on listener LATE " + Closed,
            Remedy = "replace the file: it is taken within ten seconds; watch `kafka_modular_certificate_expiry_timestamp_seconds`",
        },
        Refused("broker", withCertificate: false) with
        {
            Title = "the client sends no certificate where one is required",
            Logs = "on listener SSL (SSL handshake failed): the client's certificate is refused: no certificate was sent. This listener requires one (ssl.client.auth).",
            Remedy = "give the client its certificate and key, or set `ssl.client.auth` to requested",
        },
        Refused("mallory") with
        {
            Title = "the client's certificate is of an authority that the broker does not trust",
            Logs = "on listener SSL (SSL handshake failed): the client's certificate is refused: the issuer of the certificate of CN=mallory, OU=Kafka, O=Example, CN=other, O=Example, is not in the trust store and was not sent. See ssl.truststore.* of this listener.",
            Remedy = "add the issuer to `ssl.truststore.*`, or the intermediate certificates to the client's",
        },
        Refused("expired") with
        {
            Title = "the client's certificate has expired",
            Logs = "on listener SSL (SSL handshake failed): the client's certificate is refused: the certificate of CN=expired, OU=Kafka, O=Example expired at 2023-01-01 00:00:00 UTC. Renew it, or check this machine's clock.",
            Remedy = "renew it",
        },
    ];

    private static FailureCase Untrusted(string ofPython, string ofNode, string code) => new()
    {
        Title = "",
        Listener = "",
        Security = static broker => new ClientSecurity { Protocol = "SSL", Authority = broker.Files["ca.pem"] },
        Says = new()
        {
            [Failures.Kcat] = [Verify],
            [Failures.Confluent] = [Verify],
            [Failures.Python] = ["SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " + ofPython],
            [Failures.KafkaJs] = [$"KafkaJSConnectionError {code}: Connection error: " + ofNode],
            [Failures.Platformatic] = [$"{code}: " + ofNode],
        },
        Logs = "",
        Remedy = "",
    };

    private static FailureCase Refused(string certificate, bool withCertificate = true) => new()
    {
        Title = "",
        Listener = "SSL",
        Security = broker => new ClientSecurity
        {
            Protocol = "SSL",
            Authority = broker.Files["ca.pem"],
            Certificate = withCertificate ? broker.Files[certificate + ".pem"] : null,
            Key = withCertificate ? broker.Files[certificate + ".key"] : null,
        },
        Says = s_refused,
        Logs = "",
        Remedy = "",
    };
}
