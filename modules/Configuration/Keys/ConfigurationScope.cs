namespace Kafka.Modular.Configuration.Keys;

/// <summary>What a configuration key belongs to.</summary>
public enum ConfigurationScope
{
    /// <summary>A node, broker or controller.</summary>
    Broker,

    /// <summary>A topic.</summary>
    Topic,

    /// <summary>A group (KIP-848, KIP-932, KIP-1071).</summary>
    Group,

    /// <summary>A subscription to clients' metrics (KIP-714).</summary>
    ClientMetrics,

    /// <summary>A user, client id or address with quotas or credentials.</summary>
    Quota,

    /// <summary>A plugin.</summary>
    Plugin,
}
