namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>Connections and what goes over them. There are no network threads here; the label <c>networkProcessor</c> is always 0.</summary>
public static class SocketDefinitions
{
    /// <summary>Connections that are open.</summary>
    public static MetricDefinition ConnectionCount { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#connection-count", MetricKind.Gauge, "Connections that are open.");

    /// <summary>Connections accepted.</summary>
    public static MetricDefinition ConnectionCreation { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#connection-creation-total", MetricKind.Counter, "Connections accepted.");

    /// <summary>Connections that ended.</summary>
    public static MetricDefinition ConnectionClose { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#connection-close-total", MetricKind.Counter, "Connections that ended.");

    /// <summary>Bytes of requests received.</summary>
    public static MetricDefinition IncomingBytes { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#incoming-byte-total", MetricKind.Counter, "Bytes of requests received.");

    /// <summary>Bytes of responses sent.</summary>
    public static MetricDefinition OutgoingBytes { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#outgoing-byte-total", MetricKind.Counter, "Bytes of responses sent.");

    /// <summary>Requests received.</summary>
    public static MetricDefinition Requests { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#request-total", MetricKind.Counter, "Requests received.");

    /// <summary>Responses sent.</summary>
    public static MetricDefinition Responses { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#response-total", MetricKind.Counter, "Responses sent.");

    /// <summary>Clients that authenticated, by certificate or SASL.</summary>
    public static MetricDefinition SuccessfulAuthentications { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#successful-authentication-total", MetricKind.Counter, "Connections whose TLS handshake and authentication went well.");

    /// <summary>Clients that failed to authenticate.</summary>
    public static MetricDefinition FailedAuthentications { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#failed-authentication-total", MetricKind.Counter, "Connections whose TLS handshake or authentication failed.");

    /// <summary>When the certificates of listeners expire.</summary>
    public static MetricDefinition CertificateExpiry { get; } = MetricDefinition.Of("kafka_modular_certificate_expiry_timestamp_seconds", MetricKind.Gauge, "When the certificate of a store that expires first does, in seconds since 1970.", "listener", "store", "subject");

    /// <summary>New certificates that could not be used.</summary>
    public static MetricDefinition CertificateReloadFailures { get; } = MetricDefinition.Of("kafka_modular_certificate_reload_failures_total", MetricKind.Counter, "New certificates that could not be used; the listener kept those it had.", "listener");

    /// <summary>TLS handshakes under way.</summary>
    public static MetricDefinition Handshakes { get; } = MetricDefinition.Of("kafka_modular_tls_handshakes", MetricKind.Gauge, "TLS handshakes under way.");

    /// <summary>Of these, connections whose client has not shown that it authenticates again by itself.</summary>
    public static MetricDefinition AuthenticationsWithoutReauthentication { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#successful-authentication-no-reauth-total", MetricKind.Counter, "Of these, connections whose client has not shown that it authenticates again by itself.");

    /// <summary>Clients that authenticated again on their connection.</summary>
    public static MetricDefinition Reauthentications { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#successful-reauthentication-total", MetricKind.Counter, "Clients that authenticated again on their connection.");

    /// <summary>Connections that ended because their client did not succeed in authenticating again.</summary>
    public static MetricDefinition FailedReauthentications { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#failed-reauthentication-total", MetricKind.Counter, "Connections that ended because their client did not succeed in authenticating again.");

    /// <summary>Connections closed because their client did not authenticate again in time.</summary>
    public static MetricDefinition ExpiredConnectionsKilled { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#expired-connections-killed-count", MetricKind.Counter, "Connections closed because their client did not authenticate again in time.");

    /// <summary>Milliseconds of the slowest authentication on an old connection, lately.</summary>
    public static MetricDefinition ReauthenticationLatencyMax { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#reauthentication-latency-max", MetricKind.Gauge, "Milliseconds of the slowest authentication on an old connection in the last half to whole minute; absent where there was none.");

    /// <summary>Milliseconds of authentications on old connections, lately, on average.</summary>
    public static MetricDefinition ReauthenticationLatencyAverage { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,listener=*,networkProcessor=*#reauthentication-latency-avg", MetricKind.Gauge, "Milliseconds of authentications on old connections in the last half to whole minute, on average; absent where there was none.");

    /// <summary>Open connections by cipher suite and version of TLS, and again by name and version of the client's software.</summary>
    public static MetricDefinition Connections { get; } = MetricDefinition.OfKafka("kafka.server:type=socket-server-metrics,cipher=*,protocol=*,clientSoftwareName=*,clientSoftwareVersion=*,listener=*,networkProcessor=*#connections", MetricKind.Gauge, "Open connections by cipher and protocol of TLS, and again by name and version of the client's software (KIP-511); 100 series of each at most.");

    /// <summary>Part of the processors' time, from 0 to 1, that this process left idle since it was last asked; here network and request threads are one pool.</summary>
    public static MetricDefinition NetworkProcessorAvgIdle { get; } = MetricDefinition.OfKafka("kafka.network:type=SocketServer,name=NetworkProcessorAvgIdlePercent", MetricKind.Gauge, "Part of the processors' time, from 0 to 1, that this process left idle since it was last asked; here network and request threads are one pool.");

    /// <summary>Part of the processors' time, from 0 to 1, that this process left idle since it was last asked; here network and request threads are one pool.</summary>
    public static MetricDefinition RequestHandlerAvgIdle { get; } = MetricDefinition.OfKafka("kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent", MetricKind.Gauge, "Part of the processors' time, from 0 to 1, that this process left idle since it was last asked; here network and request threads are one pool.");

    /// <summary>Bytes of requests that queued.max.request.bytes still leaves; absent where there is no limit.</summary>
    public static MetricDefinition MemoryPoolAvailable { get; } = MetricDefinition.OfKafka("kafka.network:type=SocketServer,name=MemoryPoolAvailable", MetricKind.Gauge, "Bytes of requests that queued.max.request.bytes still leaves; absent where there is no limit.");

    /// <summary>Bytes of requests that count against queued.max.request.bytes now.</summary>
    public static MetricDefinition MemoryPoolUsed { get; } = MetricDefinition.OfKafka("kafka.network:type=SocketServer,name=MemoryPoolUsed", MetricKind.Gauge, "Bytes of requests that count against queued.max.request.bytes now.");

    /// <summary>Connections closed because their client did not authenticate again in time, of all listeners.</summary>
    public static MetricDefinition AllExpiredConnectionsKilled { get; } = MetricDefinition.OfKafka("kafka.network:type=SocketServer,name=ExpiredConnectionsKilledCount", MetricKind.Gauge, "Connections of all listeners closed because their client did not authenticate again in time.");

    internal static IEnumerable<MetricDefinition> All =>
        [ConnectionCount, ConnectionCreation, ConnectionClose, IncomingBytes, OutgoingBytes, Requests, Responses, SuccessfulAuthentications, FailedAuthentications,
            AuthenticationsWithoutReauthentication, Reauthentications, FailedReauthentications, ExpiredConnectionsKilled, ReauthenticationLatencyMax, ReauthenticationLatencyAverage, Connections,
            CertificateExpiry, CertificateReloadFailures, Handshakes, NetworkProcessorAvgIdle,
            RequestHandlerAvgIdle, MemoryPoolAvailable, MemoryPoolUsed, AllExpiredConnectionsKilled];
}
