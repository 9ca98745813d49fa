using System.Buffers;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Validation;

/// <summary>What an append of batches that have their offsets already consists of.</summary>
internal readonly record struct ReplicaBatches
{
    /// <summary>Why it is refused, or none.</summary>
    public ErrorCode Error { get; private init; }

    /// <summary>The same in words.</summary>
    public string? Message { get; private init; }

    /// <summary>The number of batches.</summary>
    public int Count { get; private init; }

    /// <summary>Their bytes: what follows is not appended.</summary>
    public int Bytes { get; private init; }

    public int Records { get; private init; }

    public long FirstOffset { get; private init; }

    public long LastOffset { get; private init; }

    public long MaxTimestamp { get; private init; }

    /// <summary>Checks the batches and fills <paramref name="entries"/>, a rented array that may be exchanged for a larger one.</summary>
    public static ReplicaBatches Analyze(ReadOnlySpan<byte> bytes, int leaderEpoch, AppendOrigin origin, ref BatchEntry[] entries)
    {
        var result = new ReplicaBatches { FirstOffset = -1, LastOffset = -1, MaxTimestamp = -1 };
        var batches = new RecordBatchEnumerator(bytes);
        while (batches.MoveNext())
        {
            var batch = batches.Current;
            if (batch.PartitionLeaderEpoch > leaderEpoch && origin == AppendOrigin.Replication)
                break;
            if (Check(in batch, in result, leaderEpoch, origin) is { } failure)
                return failure;
            if (result.Count == entries.Length)
                Grow(ref entries);
            entries[result.Count] = new BatchEntry(batch.LastOffset, batch.MaxTimestamp, batch.LastOffset, batch.Bytes.Length);
            result = result with
            {
                Count = result.Count + 1,
                Bytes = batches.NextPosition,
                Records = result.Records + Math.Max(batch.RecordCount, 1),
                FirstOffset = result.Count == 0 ? batch.BaseOffset : result.FirstOffset,
                LastOffset = batch.LastOffset,
                MaxTimestamp = Math.Max(result.MaxTimestamp, batch.MaxTimestamp),
            };
        }

        return batches.Status == RecordSetStatus.Corrupt
            ? Failed(ErrorCode.CorruptMessage, $"The batch after offset {result.LastOffset} is malformed.")
            : result;
    }

    private static ReplicaBatches? Check(in RecordBatchView batch, in ReplicaBatches before, int leaderEpoch, AppendOrigin origin)
    {
        if (!batch.IsValid())
            return Failed(ErrorCode.CorruptMessage, $"The batch at offset {batch.BaseOffset} is corrupt (stored crc = {batch.Crc}).");
        if (batch.LastOffsetDelta < 0 || batch.BaseOffset < 0)
            return Failed(ErrorCode.InvalidRecord, $"The batch at offset {batch.BaseOffset} ends before it begins.");
        // The offset after the last one must exist, too: the log ends there.
        if (batch.BaseOffset >= long.MaxValue - batch.LastOffsetDelta)
            return Failed(ErrorCode.InvalidRecord, $"The batch at offset {batch.BaseOffset} goes on for {batch.LastOffsetDelta} more, beyond the highest offset.");
        if (before.Count > 0 && batch.BaseOffset <= before.LastOffset)
            return Failed(ErrorCode.InvalidRecord, $"The batch at offset {batch.BaseOffset} follows one that ends at {before.LastOffset}.");
        return origin == AppendOrigin.RaftLeader && batch.PartitionLeaderEpoch != leaderEpoch
            ? Failed(ErrorCode.InvalidRecord, $"The batch has epoch {batch.PartitionLeaderEpoch}, the leader is in {leaderEpoch}.")
            : null;
    }

    private static void Grow(ref BatchEntry[] entries)
    {
        var larger = ArrayPool<BatchEntry>.Shared.Rent(entries.Length * 2);
        entries.AsSpan().CopyTo(larger);
        ArrayPool<BatchEntry>.Shared.Return(entries);
        entries = larger;
    }

    private static ReplicaBatches Failed(ErrorCode error, string message) => new() { Error = error, Message = message };
}
