namespace Kafka.Modular.Client.Settings;

/// <summary>What every client is told, whatever it does. Names, defaults and meaning are those of Kafka's client configuration.</summary>
public sealed record ClientOptions
{
    /// <summary><c>bootstrap.servers</c>: where to ask first.</summary>
    public required IReadOnlyList<BrokerAddress> BootstrapServers { get; init; }

    /// <summary>Whether the bootstrap list names controllers (<c>bootstrap.controllers</c>, KIP-919): requests go to the quorum's nodes then.</summary>
    public bool UsesControllers { get; init; }

    /// <summary><c>client.id</c>: what brokers call this client.</summary>
    public string ClientId { get; init; } = "";

    /// <summary><c>security.protocol</c>.</summary>
    public string SecurityProtocol { get; init; } = Plaintext;

    /// <summary>How connections are encrypted, where the protocol is SSL or SASL_SSL; null for defaults.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>How the client logs in, where the protocol is SASL_PLAINTEXT or SASL_SSL.</summary>
    public SaslOptions? Sasl { get; init; }

    /// <summary><c>request.timeout.ms</c>: how long one request may take before its connection is given up.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>default.api.timeout.ms</c>: how long a call may take, all its attempts included.</summary>
    public TimeSpan ApiTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary><c>retry.backoff.ms</c>: wait before the second attempt; it doubles from attempt to attempt (KIP-580).</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary><c>retry.backoff.max.ms</c>.</summary>
    public TimeSpan RetryBackoffMaximum { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>reconnect.backoff.ms</c>: wait after a connection that failed; it doubles from failure to failure (KIP-144).</summary>
    public TimeSpan ReconnectBackoff { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary><c>reconnect.backoff.max.ms</c>.</summary>
    public TimeSpan ReconnectBackoffMaximum { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary><c>socket.connection.setup.timeout.ms</c>: how long a connection may take to come about (KIP-601).</summary>
    public TimeSpan ConnectionSetupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>socket.connection.setup.timeout.max.ms</c>: the timeout doubles up to this from failure to failure.</summary>
    public TimeSpan ConnectionSetupTimeoutMaximum { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>connections.max.idle.ms</c>: a connection without traffic for so long is closed; null never closes one.</summary>
    public TimeSpan? ConnectionsMaximumIdle { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary><c>metadata.max.age.ms</c>: metadata older than that is fetched again.</summary>
    public TimeSpan MetadataMaximumAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether asking for a topic may create it (<c>allow.auto.create.topics</c>; always for producers).</summary>
    public bool AllowsTopicCreation { get; init; }

    /// <summary><c>send.buffer.bytes</c>; -1 leaves it to the system.</summary>
    public int SendBufferBytes { get; init; } = -1;

    /// <summary><c>receive.buffer.bytes</c>; -1 leaves it to the system.</summary>
    public int ReceiveBufferBytes { get; init; } = -1;

    /// <summary>Largest response in bytes; a peer that announces more is not taken for a broker. Kafka's clients have no such limit.</summary>
    public int MaximumResponseBytes { get; init; } = 1024 * 1024 * 1024;

    internal const string Plaintext = "PLAINTEXT";
    internal const string Ssl = "SSL";
    internal const string SaslPlaintext = "SASL_PLAINTEXT";
    internal const string SaslSsl = "SASL_SSL";

    /// <summary>Reads them from client properties.</summary>
    /// <exception cref="ClientConfigurationException">A value cannot be used, or no server is named.</exception>
    public static ClientOptions Parse(ClientProperties properties)
    {
        var controllers = properties.GetList("bootstrap.controllers");
        var idle = properties.GetInt64("connections.max.idle.ms", 540_000);
        var protocol = properties.GetChoice("security.protocol", Plaintext, Plaintext, Ssl, SaslPlaintext, SaslSsl);
        return new ClientOptions
        {
            BootstrapServers = controllers.Count > 0
                ? BrokerAddress.ParseList(controllers, "bootstrap.controllers")
                : BrokerAddress.ParseList(properties.GetList("bootstrap.servers"), "bootstrap.servers"),
            UsesControllers = controllers.Count > 0,
            ClientId = properties.GetString("client.id", ""),
            SecurityProtocol = protocol,
            Tls = protocol is Ssl or SaslSsl ? TlsOptions.Parse(properties) : null,
            Sasl = protocol is SaslPlaintext or SaslSsl ? SaslOptions.Parse(properties) : null,
            RequestTimeout = properties.GetMilliseconds("request.timeout.ms", 30_000),
            ApiTimeout = properties.GetMilliseconds("default.api.timeout.ms", 60_000),
            RetryBackoff = properties.GetMilliseconds("retry.backoff.ms", 100),
            RetryBackoffMaximum = properties.GetMilliseconds("retry.backoff.max.ms", 1000),
            ReconnectBackoff = properties.GetMilliseconds("reconnect.backoff.ms", 50),
            ReconnectBackoffMaximum = properties.GetMilliseconds("reconnect.backoff.max.ms", 1000),
            ConnectionSetupTimeout = properties.GetMilliseconds("socket.connection.setup.timeout.ms", 10_000),
            ConnectionSetupTimeoutMaximum = properties.GetMilliseconds("socket.connection.setup.timeout.max.ms", 30_000),
            ConnectionsMaximumIdle = idle < 0 ? null : TimeSpan.FromMilliseconds(idle),
            MetadataMaximumAge = properties.GetMilliseconds("metadata.max.age.ms", 300_000),
            AllowsTopicCreation = properties.GetBoolean("allow.auto.create.topics", false),
            SendBufferBytes = properties.GetInt32("send.buffer.bytes", -1, -1),
            ReceiveBufferBytes = properties.GetInt32("receive.buffer.bytes", -1, -1),
        };
    }
}
