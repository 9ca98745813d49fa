namespace Kafka.Modular.Configuration.Keys;

/// <summary>How a broker key can change while the broker runs (KIP-226).</summary>
public enum UpdateMode
{
    /// <summary>Only by a restart.</summary>
    ReadOnly,

    /// <summary>For the whole cluster or for one broker.</summary>
    ClusterWide,

    /// <summary>For one broker.</summary>
    PerBroker,

    /// <summary>For one broker, and only with a listener prefix.</summary>
    PerListener,
}
