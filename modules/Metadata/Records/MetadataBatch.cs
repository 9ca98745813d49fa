using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Metadata.Records;

/// <summary>A decoded batch of the metadata log or of a snapshot. Immutable, any thread.</summary>
public sealed class MetadataBatch
{
    // Length, attributes, timestamp, offset, two lengths of -1, number of headers.
    private const int SmallestRecord = 7;

    /// <param name="baseOffset">Offset of the first record.</param>
    /// <param name="lastOffset">Offset of the last record.</param>
    /// <param name="epoch">Leader epoch it was written in.</param>
    /// <param name="appendTimestamp">When it was appended, in ms since the epoch.</param>
    /// <param name="sizeInBytes">Size in the log.</param>
    /// <param name="records">The records; none for a control batch.</param>
    public MetadataBatch(
        long baseOffset, long lastOffset, int epoch, long appendTimestamp, int sizeInBytes, IReadOnlyList<MetadataRecord> records)
    {
        BaseOffset = baseOffset;
        LastOffset = lastOffset;
        Epoch = epoch;
        AppendTimestamp = appendTimestamp;
        SizeInBytes = sizeInBytes;
        Records = records;
    }

    private MetadataBatch(in RecordBatchView batch, IReadOnlyList<MetadataRecord> records)
        : this(batch.BaseOffset, batch.LastOffset, batch.PartitionLeaderEpoch, batch.MaxTimestamp, batch.SizeInBytes, records)
    {
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
    public long? SnapshotTimestamp { get; private init; }

    /// <summary>Decodes the values of records, as the quorum hands them out.</summary>
    /// <param name="baseOffset">Offset of the first record.</param>
    /// <param name="lastOffset">Offset of the last record.</param>
    /// <param name="epoch">Leader epoch it was written in.</param>
    /// <param name="appendTimestamp">When it was appended, in ms since the epoch.</param>
    /// <param name="sizeInBytes">Size in the log.</param>
    /// <param name="values">The values of the records at consecutive offsets; none for a control batch.</param>
    /// <exception cref="MetadataReplayException">A record is damaged, or unknown to this server.</exception>
    public static MetadataBatch Decode(
        long baseOffset, long lastOffset, int epoch, long appendTimestamp, int sizeInBytes, IReadOnlyList<ReadOnlyMemory<byte>> values)
    {
        var records = new MetadataRecord[values.Count];
        for (var index = 0; index < records.Length; index++)
            records[index] = Decode(values[index].Span, baseOffset + index);
        return new MetadataBatch(baseOffset, lastOffset, epoch, appendTimestamp, sizeInBytes, records);
    }

    /// <summary>Checks and decodes batches that follow each other.</summary>
    /// <param name="bytes">Whole batches; only read until the enumeration ends.</param>
    /// <exception cref="MetadataReplayException">A batch or record is damaged, or unknown to this server.</exception>
    public static IReadOnlyList<MetadataBatch> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var batches = new List<MetadataBatch>();
        var walk = new RecordBatchEnumerator(bytes);
        while (walk.MoveNext())
        {
            if (!walk.Current.IsValid())
                throw new MetadataReplayException($"The metadata batch at offset {walk.Current.BaseOffset} fails its checksum.");
            batches.Add(Read(walk.Current));
        }

        if (walk.Status != RecordSetStatus.End)
            throw new MetadataReplayException($"The metadata log has no whole batch at byte {walk.NextPosition}: {walk.Status}.");
        return batches;
    }

    /// <summary>Decodes one batch, whose checksum is not checked.</summary>
    /// <exception cref="MetadataReplayException">The batch or a record is damaged, or unknown to this server.</exception>
    public static MetadataBatch Read(in RecordBatchView batch)
    {
        if (batch.Magic != RecordBatchFormat.CurrentMagic || batch.IsCompressed)
            throw new MetadataReplayException($"The metadata batch at offset {batch.BaseOffset} is compressed or of an old format.");
        return batch.IsControl
            ? new MetadataBatch(in batch, []) { SnapshotTimestamp = ReadSnapshotTimestamp(in batch) }
            : new MetadataBatch(in batch, ReadRecords(in batch));
    }

    private static List<MetadataRecord> ReadRecords(in RecordBatchView batch)
    {
        var records = new List<MetadataRecord>(Math.Clamp(batch.RecordCount, 0, batch.Records.Length / SmallestRecord));
        var walk = new RecordEnumerator(in batch);
        while (walk.MoveNext())
        {
            if (walk.Current.IsValueNull)
                throw new MetadataReplayException($"The metadata record at offset {walk.Current.Offset} has no value.");
            records.Add(Decode(walk.Current.Value, walk.Current.Offset));
        }

        if (walk.Status != RecordSetStatus.End)
            throw new MetadataReplayException($"The metadata batch at offset {batch.BaseOffset} holds a malformed record.");
        return records;
    }

    private static MetadataRecord Decode(ReadOnlySpan<byte> value, long offset)
    {
        try
        {
            return MetadataRecordCodec.Read(value);
        }
        catch (MetadataReplayException fault)
        {
            throw new MetadataReplayException($"At offset {offset}: {fault.Message}", fault);
        }
    }

    private static long? ReadSnapshotTimestamp(in RecordBatchView batch)
    {
        var walk = new RecordEnumerator(in batch);
        while (walk.MoveNext())
        {
            if (!ControlRecord.TryReadType(walk.Current.Key, out var type) || type != ControlRecordType.SnapshotHeader)
                continue;
            try
            {
                var reader = new ProtocolReader(walk.Current.Value);
                return SnapshotHeaderRecord.Read(ref reader, 0).LastContainedLogTimestamp;
            }
            catch (ProtocolException malformed)
            {
                throw new MetadataReplayException($"The header of a snapshot cannot be read: {malformed.Message}", malformed);
            }
        }

        return null;
    }
}
