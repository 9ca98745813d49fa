namespace Kafka.Modular.Controller.Configs;

/// <summary>What IncrementalAlterConfigs does to a key (KIP-339).</summary>
public enum ConfigOperation : sbyte
{
    /// <summary>Sets the value.</summary>
    Set = 0,

    /// <summary>Removes the value: the default counts again.</summary>
    Delete = 1,

    /// <summary>Adds to a list.</summary>
    Append = 2,

    /// <summary>Takes from a list.</summary>
    Subtract = 3,
}
