namespace Kafka.Modular.LogStorage.Epochs;

/// <summary>Where a leader epoch ends in a log (KIP-101, KIP-279).</summary>
/// <param name="Epoch">The largest epoch that is not above the one asked for, -1 if the log knows none.</param>
/// <param name="EndOffset">Offset behind its last record, -1 if the log does not know.</param>
public readonly record struct EpochEndOffset(int Epoch, long EndOffset)
{
    /// <summary>The log does not know.</summary>
    public static EpochEndOffset Undefined => new(-1, -1);

    /// <summary>Whether the log knows.</summary>
    public bool IsDefined => EndOffset >= 0;
}
