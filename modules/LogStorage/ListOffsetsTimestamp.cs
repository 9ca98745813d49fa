namespace Kafka.Modular.LogStorage;

/// <summary>The timestamps by which ListOffsets asks for special offsets.</summary>
public static class ListOffsetsTimestamp
{
    /// <summary>The end that the isolation level allows.</summary>
    public const long Latest = -1;

    /// <summary>The log start offset.</summary>
    public const long Earliest = -2;

    /// <summary>The record with the largest timestamp (KIP-734).</summary>
    public const long Max = -3;

    /// <summary>The first offset on this broker's disks (KIP-405).</summary>
    public const long EarliestLocal = -4;

    /// <summary>The last offset in tiered storage (KIP-1005).</summary>
    public const long LatestTiered = -5;

    /// <summary>The first offset that tiered storage waits for (KIP-1023).</summary>
    public const long EarliestPendingUpload = -6;
}
