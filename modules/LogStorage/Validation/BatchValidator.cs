using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.LogStorage.Validation;

/// <summary>Checks a batch that a leader is about to append, record by record, as Kafka's LogValidator does.</summary>
internal static class BatchValidator
{
    /// <summary>Most errors that an answer lists: a batch of the largest size could hold a hundred thousand.</summary>
    private const int MaxRecordErrors = 1000;

    /// <summary>Checks what the header says, before any record is looked at. Takes nothing but the header into account.</summary>
    public static BatchValidation CheckHeader(in RecordBatchView batch, AppendOrigin origin)
    {
        if (batch.Magic != RecordBatchFormat.CurrentMagic)
            return BatchValidation.Failed(ErrorCode.InvalidRecord, $"Magic {batch.Magic} is not accepted, only {RecordBatchFormat.CurrentMagic}.");
        if (batch.Compression > CompressionType.Zstd)
            return BatchValidation.Failed(ErrorCode.InvalidRecord, $"Unknown compression type {(int)batch.Compression}.");
        // Whoever appends it, a batch that ends before it begins would break the order of offsets.
        if (batch.LastOffsetDelta < 0)
            return BatchValidation.Failed(ErrorCode.InvalidRecord, $"Batch has an invalid last offset delta {batch.LastOffsetDelta}.");
        if (origin != AppendOrigin.Client)
            return default;
        if (batch.BaseOffset != 0)
            return BatchValidation.Failed(ErrorCode.InvalidRecord, $"The base offset of the batch should be 0, but it is {batch.BaseOffset}.");
        if (batch.RecordCount <= 0)
            return BatchValidation.Failed(ErrorCode.InvalidRecord, $"Invalid reported count for record batch: {batch.RecordCount}.");
        if (batch.RecordCount - 1 != batch.LastOffsetDelta)
        {
            return BatchValidation.Failed(
                ErrorCode.InvalidRecord,
                $"Inconsistent last offset delta {batch.LastOffsetDelta} and count of records {batch.RecordCount}.");
        }

        if (batch.IsControl)
            return BatchValidation.Failed(ErrorCode.InvalidRecord, "Clients are not allowed to write control records.");
        return batch.HasProducerId && batch.BaseSequence < 0
            ? BatchValidation.Failed(
                ErrorCode.InvalidRecord, $"Invalid sequence number {batch.BaseSequence} in a batch with producer id {batch.ProducerId}.")
            : default;
    }

    /// <summary>Checks every record.</summary>
    /// <param name="bytes">The complete batch.</param>
    /// <param name="config">The log's settings.</param>
    /// <param name="codecs">The loaded codecs.</param>
    /// <param name="now">The time in ms since the epoch.</param>
    public static BatchValidation CheckRecords(ReadOnlyMemory<byte> bytes, LogConfig config, CompressionCodecs codecs, long now)
    {
        _ = RecordBatchView.TryRead(bytes.Span, out var batch);
        var check = new RecordCheck(in batch, config, now);
        if (!batch.IsCompressed)
        {
            var records = new RecordEnumerator(in batch);
            while (records.MoveNext())
            {
                var record = records.Current;
                check.Add(record.OffsetDelta, record.TimestampDelta, !record.IsKeyNull);
            }

            return check.Finish(records.Status);
        }

        if (!codecs.TryGet(batch.Compression, out var codec))
            return BatchValidation.Failed(ErrorCode.UnsupportedCompressionType, $"No codec for {batch.Compression} is loaded.");
        try
        {
            using var scanner = new RecordScanner(
                codec.OpenDecompressor(bytes[RecordBatchFormat.HeaderSize..batch.SizeInBytes], CompressionFraming.Standard), batch.RecordCount);
            while (scanner.MoveNext(out var record))
                check.Add(record.OffsetDelta, record.TimestampDelta, record.HasKey);
            return check.Finish(scanner.Status);
        }
        catch (CorruptCompressedDataException error)
        {
            return BatchValidation.Failed(ErrorCode.CorruptMessage, error.Message);
        }
    }

    /// <summary>Collects what is wrong with the records of one batch.</summary>
    private ref struct RecordCheck
    {
        private readonly LogConfig _config;
        private readonly long _now;
        private readonly long _baseTimestamp;
        private readonly TimestampType _batchTimestampType;
        private int _index;
        private long _maxTimestamp = RecordBatchFormat.None;
        private bool _needsNewOffsets;
        private bool _hasInvalidTimestamp;
        private List<RecordError>? _errors;

        public RecordCheck(in RecordBatchView batch, LogConfig config, long now)
        {
            _config = config;
            _now = now;
            _baseTimestamp = batch.BaseTimestamp;
            _batchTimestampType = batch.TimestampType;
            if (_batchTimestampType == TimestampType.LogAppendTime)
                _maxTimestamp = batch.MaxTimestamp;
        }

        public void Add(int offsetDelta, long timestampDelta, bool hasKey)
        {
            var timestamp = _batchTimestampType == TimestampType.LogAppendTime ? _maxTimestamp : _baseTimestamp + timestampDelta;
            if (_config.IsCompacted && !hasKey)
                AddError("Compacted topic cannot accept message without key.");
            else if (_config.TimestampType == TimestampType.CreateTime && timestamp != RecordBatchFormat.None)
                CheckTimestamp(timestamp);
            else if (_batchTimestampType == TimestampType.LogAppendTime)
                AddTimestampError("Invalid timestamp type: a producer should not set timestamp type to LogAppendTime.");
            if (offsetDelta != _index)
                _needsNewOffsets = true;
            _maxTimestamp = Math.Max(_maxTimestamp, timestamp);
            _index++;
        }

        public readonly BatchValidation Finish(RecordSetStatus status)
        {
            if (status != RecordSetStatus.End)
                return BatchValidation.Failed(ErrorCode.InvalidRecord, "The records of the batch are malformed or not as many as its header says.");
            if (_errors is null)
                return new BatchValidation { MaxTimestamp = _maxTimestamp, NeedsNewOffsets = _needsNewOffsets };
            return new BatchValidation
            {
                Error = _hasInvalidTimestamp ? ErrorCode.InvalidTimestamp : ErrorCode.InvalidRecord,
                Message = _hasInvalidTimestamp
                    ? "One or more records have been rejected due to invalid timestamp"
                    : $"One or more records have been rejected due to {_errors.Count} record errors in total",
                RecordErrors = _errors,
                MaxTimestamp = RecordBatchFormat.None,
            };
        }

        private void CheckTimestamp(long timestamp)
        {
            var age = _now - timestamp;
            if (age > _config.TimestampBeforeMaxMs || -age > _config.TimestampAfterMaxMs)
            {
                AddTimestampError(
                    $"Timestamp {timestamp} is out of range. The timestamp should be within "
                    + $"[{_now - _config.TimestampBeforeMaxMs}, {_now + _config.TimestampAfterMaxMs}].");
            }
        }

        private void AddTimestampError(string message)
        {
            _hasInvalidTimestamp = true;
            AddError(message);
        }

        private void AddError(string message)
        {
            _errors ??= [];
            if (_errors.Count < MaxRecordErrors)
                _errors.Add(new RecordError(_index, message));
        }
    }
}
