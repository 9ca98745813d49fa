namespace Kafka.Modular.LogStorage;

/// <summary>What happens to old segments (<c>cleanup.policy</c>).</summary>
[Flags]
public enum CleanupPolicy
{
    /// <summary>They stay (an empty list, KIP-1187).</summary>
    None = 0,

    /// <summary>They are deleted by age and size.</summary>
    Delete = 1,

    /// <summary>Only the newest record of each key stays.</summary>
    Compact = 2,
}
