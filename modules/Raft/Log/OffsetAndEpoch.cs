namespace Kafka.Modular.Raft.Log;

/// <summary>An end offset of the log with the leader epoch of the record before it; names a snapshot. Ordered by epoch, then by offset.</summary>
/// <param name="Offset">Offset after the last record.</param>
/// <param name="Epoch">Leader epoch of the last record, 0 when there is none.</param>
public readonly record struct OffsetAndEpoch(long Offset, int Epoch) : IComparable<OffsetAndEpoch>
{
    /// <summary>The snapshot that <c>format</c> writes; it is read at the first start and never replicated (KIP-853).</summary>
    public static OffsetAndEpoch Bootstrap => default;

    /// <summary>Compares as elections do: the later epoch wins, then the longer log (KIP-595).</summary>
    public int CompareTo(OffsetAndEpoch other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Offset.CompareTo(other.Offset);

    /// <summary>Compares by epoch, then by offset.</summary>
    public static bool operator <(OffsetAndEpoch left, OffsetAndEpoch right) => left.CompareTo(right) < 0;

    /// <summary>Compares by epoch, then by offset.</summary>
    public static bool operator >(OffsetAndEpoch left, OffsetAndEpoch right) => left.CompareTo(right) > 0;

    /// <summary>Compares by epoch, then by offset.</summary>
    public static bool operator <=(OffsetAndEpoch left, OffsetAndEpoch right) => left.CompareTo(right) <= 0;

    /// <summary>Compares by epoch, then by offset.</summary>
    public static bool operator >=(OffsetAndEpoch left, OffsetAndEpoch right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Offset}-{Epoch}";
}
