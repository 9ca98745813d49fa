namespace Kafka.Modular.Metadata.Configs;

/// <summary>What a configuration belongs to; the numbers are Kafka's.</summary>
public enum ConfigResourceType : sbyte
{
    /// <summary>A type that is not known.</summary>
    Unknown = 0,

    /// <summary>A topic.</summary>
    Topic = 2,

    /// <summary>A broker, or with an empty name the default of all brokers.</summary>
    Broker = 4,

    /// <summary>The loggers of a broker; never in the metadata log.</summary>
    BrokerLogger = 8,

    /// <summary>A subscription of client metrics (KIP-714).</summary>
    ClientMetrics = 16,

    /// <summary>A group (KIP-848).</summary>
    Group = 32,
}
