using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>
/// Says of each batch of a log, read in order, what is left of it: no records whose key comes again later, no tombstones and markers whose time is over,
/// nothing that was aborted (KIP-98, KIP-534). No I/O. One thread.
/// </summary>
internal sealed class BatchCleaner(OffsetMap map, CleanedTransactions transactions, CompressionCodecs codecs, in CleaningTerms terms)
{
    private readonly CleaningTerms _terms = terms;
    private readonly List<bool> _kept = [];
    private RecordBatchBuilder? _builder;

    /// <summary>What the producers wrote last, by producer id.</summary>
    public IReadOnlyDictionary<long, LastRecord> LastRecords { get; set; } = new Dictionary<long, LastRecord>();

    /// <summary>Whether tombstones of the formats before magic 2 stay: those have no room for the time at which they may go.</summary>
    public bool KeepsLegacyTombstones { get; set; }

    /// <summary>Records looked at.</summary>
    public long RecordsRead { get; private set; }

    /// <summary>Records left.</summary>
    public long RecordsKept { get; private set; }

    /// <summary>Records that had no key and went therefore.</summary>
    public long RecordsWithoutKey { get; private set; }

    /// <summary>Gives what is left of a batch: its own bytes, others that are good until the next call, or none.</summary>
    /// <exception cref="InvalidDataException">The batch is malformed.</exception>
    /// <exception cref="CorruptCompressedDataException">Its records do not decompress, or the codec is missing.</exception>
    public ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> bytes)
    {
        if (RecordBatchView.TryRead(bytes.Span, out var batch) != RecordSetStatus.Ok || !batch.IsValid())
            throw new InvalidDataException("A batch is malformed or its checksum is wrong.");
        var isDiscardable = batch.IsControl ? transactions.OnControl(in batch) : transactions.OnData(in batch);
        var isDiscarded = isDiscardable && (!batch.IsControl || (batch.HasDeleteHorizon && batch.DeleteHorizonMs <= _terms.Now));
        var staysEmpty = IsLastOfProducer(in batch) || batch.NextOffset == _terms.UpperBoundOffset;
        if (isDiscarded && !staysEmpty)
        {
            RecordsRead += Math.Max(batch.RecordCount, 1);
            return default;
        }

        var records = RecordBatchCompression.Decompress(bytes, codecs);
        var (kept, hasTombstones) = Decide(in batch, records.Span, isDiscarded);
        if (kept == 0)
            return staysEmpty ? Empty(in batch) : default;
        var startsHorizon = (hasTombstones || (batch.IsControl && isDiscardable)) && batch.Magic >= RecordBatchFormat.CurrentMagic && !batch.HasDeleteHorizon;
        if (kept == _kept.Count && !startsHorizon)
            return bytes;
        return Rewrite(
            in batch, records.Span, startsHorizon ? _terms.Now + _terms.DeleteRetentionMs : batch.HasDeleteHorizon ? batch.DeleteHorizonMs : null);
    }

    /// <summary>
    /// Whether the batch holds what is known of a producer: its last sequence number, or, where it wrote nothing since, the marker with its epoch.
    /// </summary>
    private bool IsLastOfProducer(in RecordBatchView batch)
    {
        if (!batch.HasProducerId || !LastRecords.TryGetValue(batch.ProducerId, out var last))
            return false;
        return last.LastDataOffset >= 0 ? batch.LastOffset == last.LastDataOffset : batch.IsControl && batch.ProducerEpoch == last.Epoch;
    }

    /// <summary>Fills <see cref="_kept"/>.</summary>
    private (int Kept, bool HasTombstones) Decide(in RecordBatchView batch, ReadOnlySpan<byte> content, bool isDiscarded)
    {
        _kept.Clear();
        var kept = 0;
        var hasTombstones = false;
        var records = new AnyRecords(in batch, content);
        while (records.MoveNext())
        {
            var keeps = !isDiscarded && (batch.IsControl || Keeps(in batch, records.Current));
            _kept.Add(keeps);
            if (!keeps)
                continue;
            kept++;
            hasTombstones |= records.Current.IsValueNull;
        }

        RecordsRead += _kept.Count;
        RecordsKept += kept;
        return records.Status == RecordSetStatus.End
            ? (kept, hasTombstones)
            : throw new InvalidDataException($"The batch at {batch.BaseOffset} is malformed: its records are {records.Status}.");
    }

    private bool Keeps(in RecordBatchView batch, in RecordView record)
    {
        if (record.Offset > map.LatestOffset)
            return true;
        if (record.IsKeyNull)
        {
            RecordsWithoutKey++;
            return false;
        }

        if (record.Offset < map.Find(record.Key))
            return false;
        if (!record.IsValueNull)
            return true;
        return batch.Magic >= RecordBatchFormat.CurrentMagic ? !batch.HasDeleteHorizon || _terms.Now < batch.DeleteHorizonMs : KeepsLegacyTombstones;
    }

    /// <summary>A batch without records says still which offsets and sequence numbers there were.</summary>
    private Memory<byte> Empty(in RecordBatchView batch)
    {
        var options = OptionsFor(in batch, batch.BaseOffset, deleteHorizonMs: null) with { Compression = CompressionType.None };
        var empty = Begin(in options).Build();
        RecordBatchPatch.SetMaxTimestamp(empty.Span, options.TimestampType, batch.MaxTimestamp);
        return empty;
    }

    /// <summary>
    /// The records that stay, under the header that they had. A message of a format before magic 2 that held several becomes a batch of magic 2, which every
    /// client reads that is served.
    /// </summary>
    private ReadOnlyMemory<byte> Rewrite(in RecordBatchView batch, ReadOnlySpan<byte> content, long? deleteHorizonMs)
    {
        RecordBatchBuilder? builder = null;
        var index = 0;
        var records = new AnyRecords(in batch, content);
        while (records.MoveNext())
        {
            if (!_kept[index++])
                continue;
            var record = records.Current;
            if (builder is null)
            {
                var options = OptionsFor(in batch, batch.Magic >= RecordBatchFormat.CurrentMagic ? batch.BaseOffset : record.Offset, deleteHorizonMs);
                builder = Begin(in options);
            }

            builder.AppendCopy(record.Offset, in record);
        }

        if (!batch.IsCompressed)
            return builder!.Build();
        return codecs.TryGet(batch.Compression, out var codec)
            ? builder!.Build(codec)
            : throw new CorruptCompressedDataException(batch.Compression.ToString(), "no codec of this type is loaded");
    }

    private RecordBatchBuilder Begin(in RecordBatchOptions options)
    {
        if (_builder is null)
            return _builder = new RecordBatchBuilder(in options);
        _builder.Reset(in options);
        return _builder;
    }

    private static RecordBatchOptions OptionsFor(in RecordBatchView batch, long baseOffset, long? deleteHorizonMs) => new()
    {
        BaseOffset = baseOffset,
        LastOffset = batch.LastOffset,
        PartitionLeaderEpoch = batch.PartitionLeaderEpoch,
        Compression = batch.Compression,
        TimestampType = batch.TimestampType == TimestampType.LogAppendTime ? TimestampType.LogAppendTime : TimestampType.CreateTime,
        LogAppendTime = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : RecordBatchFormat.None,
        IsTransactional = batch.IsTransactional,
        IsControl = batch.IsControl,
        ProducerId = batch.ProducerId,
        ProducerEpoch = batch.ProducerEpoch,
        BaseSequence = batch.BaseSequence,
        DeleteHorizonMs = deleteHorizonMs,
    };
}
