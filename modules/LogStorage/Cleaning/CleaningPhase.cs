namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>Where a log stands with its cleaning.</summary>
internal enum CleaningPhase
{
    /// <summary>It may be cleaned.</summary>
    None,

    /// <summary>It is being cleaned, or its old segments are being deleted.</summary>
    InProgress,

    /// <summary>It was being cleaned when somebody asked for a pause, and will stop soon.</summary>
    Aborted,

    /// <summary>It must not be cleaned: it is being truncated, deleted or closed.</summary>
    Paused,
}
