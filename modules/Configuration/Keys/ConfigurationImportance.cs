namespace Kafka.Modular.Configuration.Keys;

/// <summary>How much a key matters, as Kafka ranks it.</summary>
public enum ConfigurationImportance
{
    /// <summary>Wants a decision before the first start.</summary>
    High,

    /// <summary>Worth a look when tuning.</summary>
    Medium,

    /// <summary>Rarely changed.</summary>
    Low,
}
