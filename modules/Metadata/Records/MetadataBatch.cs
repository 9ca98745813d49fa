using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Metadata.Records;

/// <summary>A decoded batch of the metadata log or of a snapshot. Immutable, any thread.</summary>
public sealed class MetadataBatch
{
    private MetadataBatch(in RecordBatchView batch, IReadOnlyList<MetadataRecord> records, long? snapshotTimestamp)
    {
        BaseOffset = batch.BaseOffset;
        LastOffset = batch.LastOffset;
        Epoch = batch.PartitionLeaderEpoch;
        AppendTimestamp = batch.MaxTimestamp;
        SizeInBytes = batch.SizeInBytes;
        Records = records;
        SnapshotTimestamp = snapshotTimestamp;
    }

    /// <summary>Offset of the first record.</summary>
    public long BaseOffset { get; }

    /// <summary>Offset of the last record.</summary>
    public long LastOffset { get; }

    /// <summary>Leader epoch it was written in.</summary>
    public int Epoch { get; }

    /// <summary>When it was appended, in ms since the epoch.</summary>
    public long AppendTimestamp { get; }

    /// <summary>Size in bytes as it is in the log.</summary>
    public int SizeInBytes { get; }

    /// <summary>The records in order, at consecutive offsets; empty for a control batch, which concerns the quorum alone.</summary>
    public IReadOnlyList<MetadataRecord> Records { get; }

    /// <summary>In the first batch of a snapshot: when the last record that it covers was appended, in ms since the epoch.</summary>
    public long? SnapshotTimestamp { get; }

    /// <summary>Decodes batches that follow each other.</summary>
    /// <param name="bytes">Whole batches; only read until the enumeration ends.</param>
    /// <exception cref="MetadataReplayException">A batch or record is damaged, or unknown to this server.</exception>
    public static IReadOnlyList<MetadataBatch> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var batches = new List<MetadataBatch>();
        var walk = new RecordBatchEnumerator(bytes);
        while (walk.MoveNext())
            batches.Add(Read(walk.Current));
        if (walk.Status != RecordSetStatus.End)
            throw new MetadataReplayException($"The metadata log has no whole batch at byte {walk.NextPosition}: {walk.Status}.");
        return batches;
    }

    /// <summary>Decodes one batch.</summary>
    /// <exception cref="MetadataReplayException">The batch or a record is damaged, or unknown to this server.</exception>
    public static MetadataBatch Read(in RecordBatchView batch)
    {
        if (batch.Magic != RecordBatchFormat.CurrentMagic || batch.IsCompressed)
            throw new MetadataReplayException($"The metadata batch at offset {batch.BaseOffset} is compressed or of an old format.");
        return batch.IsControl
            ? new MetadataBatch(in batch, [], ReadSnapshotTimestamp(in batch))
            : new MetadataBatch(in batch, ReadRecords(in batch), null);
    }

    private static List<MetadataRecord> ReadRecords(in RecordBatchView batch)
    {
        var records = new List<MetadataRecord>(batch.RecordCount);
        var walk = new RecordEnumerator(in batch);
        while (walk.MoveNext())
        {
            if (walk.Current.IsValueNull)
                throw new MetadataReplayException($"The metadata record at offset {walk.Current.Offset} has no value.");
            try
            {
                records.Add(MetadataRecordCodec.Read(walk.Current.Value));
            }
            catch (MetadataReplayException fault)
            {
                throw new MetadataReplayException($"At offset {walk.Current.Offset}: {fault.Message}", fault);
            }
        }

        if (walk.Status != RecordSetStatus.End)
            throw new MetadataReplayException($"The metadata batch at offset {batch.BaseOffset} holds a malformed record.");
        return records;
    }

    private static long? ReadSnapshotTimestamp(in RecordBatchView batch)
    {
        var walk = new RecordEnumerator(in batch);
        while (walk.MoveNext())
        {
            if (!ControlRecord.TryReadType(walk.Current.Key, out var type) || type != ControlRecordType.SnapshotHeader)
                continue;
            var reader = new ProtocolReader(walk.Current.Value);
            return SnapshotHeaderRecord.Read(ref reader, 0).LastContainedLogTimestamp;
        }

        return null;
    }
}
