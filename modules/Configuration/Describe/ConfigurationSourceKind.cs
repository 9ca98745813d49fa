namespace Kafka.Modular.Configuration.Describe;

/// <summary>Where a described value comes from. The numbers are those of DescribeConfigs' <c>ConfigSource</c>.</summary>
public enum ConfigurationSourceKind : sbyte
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>The topic's own configuration.</summary>
    Topic = 1,

    /// <summary>A dynamic value of one broker.</summary>
    DynamicBroker = 2,

    /// <summary>A dynamic default of all brokers.</summary>
    DynamicDefaultBroker = 3,

    /// <summary>What the broker was started with.</summary>
    StaticBroker = 4,

    /// <summary>The key's default.</summary>
    Default = 5,

    /// <summary>A logger's level.</summary>
    DynamicBrokerLogger = 6,

    /// <summary>A subscription to clients' metrics.</summary>
    ClientMetrics = 7,

    /// <summary>The group's own configuration.</summary>
    Group = 8,
}
