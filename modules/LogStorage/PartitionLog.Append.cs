using System.Buffers;
using Kafka.Modular.LogStorage.Producers;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.LogStorage.Validation;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

public sealed partial class PartitionLog
{
    /// <summary>
    /// Appends one batch as the partition's leader: checks it, gives it offsets, the leader epoch and, where the topic says so, timestamps, in
    /// place, and writes it. Allocates nothing for a good batch that is neither compressed nor of a new producer.
    /// </summary>
    /// <param name="records">The batch; it is changed.</param>
    /// <param name="leaderEpoch">The epoch of this leader.</param>
    /// <param name="origin">Who appends.</param>
    /// <param name="transactionVersion">The level of <c>transaction.version</c>, for transaction markers; -1 where it does not matter.</param>
    /// <exception cref="LogStoreException">The batch could not be written; nothing of it counts.</exception>
    public LogAppendResult AppendAsLeader(
        Memory<byte> records, int leaderEpoch, AppendOrigin origin = AppendOrigin.Client, short transactionVersion = -1)
    {
        if (origin is AppendOrigin.RaftLeader)
            return AppendWithOffsets(records, leaderEpoch, origin);
        var config = _config;
        if (TryReadSingleBatch(records, config, origin, out var failure) is not { } size)
            return failure;
        records = records[..size];
        var now = Now;
        var validation = BatchValidator.CheckRecords(records, config, _options.Codecs, now);
        if (validation.Error != ErrorCode.None)
            return LogAppendResult.Failed(validation.Error, validation.Message!, validation.RecordErrors);
        if (TryRewrite(records, config, validation, out failure) is not { } rewritten)
            return failure;
        records = rewritten;
        var stamp = config.TimestampType == TimestampType.LogAppendTime;
        var maxTimestamp = stamp ? now : validation.MaxTimestamp;
        RecordBatchPatch.SetMaxTimestamp(records.Span, config.TimestampType, maxTimestamp);
        RecordBatchPatch.SetPartitionLeaderEpoch(records.Span, leaderEpoch);
        LogAppendResult result;
        lock (_lock)
            result = AppendLocked(records, config, origin, transactionVersion, now);
        AfterAppend(in result, config);
        return stamp && result.Error == ErrorCode.None && !result.IsDuplicate ? result with { LogAppendTime = now } : result;
    }

    /// <summary>
    /// Appends batches that have their offsets and epochs already: as a follower from the leader, or as the leader of the quorum. A last batch
    /// that is not whole is left out, and so is what follows a batch of an epoch above <paramref name="leaderEpoch"/>.
    /// </summary>
    /// <param name="records">Batches in order of offset.</param>
    /// <param name="leaderEpoch">The epoch of the leader that sent them.</param>
    /// <exception cref="LogStoreException">The batches could not be written; nothing of them counts.</exception>
    public LogAppendResult AppendAsFollower(ReadOnlyMemory<byte> records, int leaderEpoch) =>
        AppendWithOffsets(records, leaderEpoch, AppendOrigin.Replication);

    private static int? TryReadSingleBatch(ReadOnlyMemory<byte> records, LogConfig config, AppendOrigin origin, out LogAppendResult failure)
    {
        failure = default;
        var status = RecordBatchView.TryRead(records.Span, out var batch);
        if (status == RecordSetStatus.End)
            failure = LogAppendResult.Failed(ErrorCode.InvalidRecord, "Record batch has no batches at all.");
        else if (status != RecordSetStatus.Ok)
            failure = LogAppendResult.Failed(ErrorCode.CorruptMessage, "The record batch is cut or malformed.");
        else if (batch.Bytes.Length < records.Length)
            failure = LogAppendResult.Failed(ErrorCode.InvalidRecord, "The append holds more than one batch.");
        else if (batch.Bytes.Length > config.MaxMessageBytes)
            failure = TooLarge(batch.Bytes.Length, config);
        else if (BatchValidator.CheckHeader(in batch, origin) is { Error: not ErrorCode.None } invalid)
            failure = LogAppendResult.Failed(invalid.Error, invalid.Message!);
        else if (!batch.IsValid())
            failure = LogAppendResult.Failed(ErrorCode.CorruptMessage, $"Record is corrupt (stored crc = {batch.Crc}).");
        else
            return batch.Bytes.Length;
        return null;
    }

    /// <summary>Gives the batch that is to be written: the same memory, unless the topic asks for another compression or its offsets are wrong.</summary>
    private Memory<byte>? TryRewrite(Memory<byte> records, LogConfig config, in BatchValidation validation, out LogAppendResult failure)
    {
        failure = default;
        _ = RecordBatchView.TryRead(records.Span, out var batch);
        var target = config.Compression ?? batch.Compression;
        // Control records stay as they are unless they came compressed.
        var keeps = target == batch.Compression || (batch.IsControl && !batch.IsCompressed);
        if (keeps && !validation.NeedsNewOffsets)
            return records;
        try
        {
            var rewritten = BatchRewriter.Rewrite(records, _options.Codecs, keeps ? batch.Compression : target, config, validation.NeedsNewOffsets);
            if (rewritten.Length <= config.MaxMessageBytes)
                return rewritten;
            failure = TooLarge(rewritten.Length, config);
        }
        catch (CorruptCompressedDataException error)
        {
            failure = LogAppendResult.Failed(ErrorCode.CorruptMessage, error.Message);
        }
        catch (DecompressedTooLargeException error)
        {
            failure = LogAppendResult.Failed(ErrorCode.MessageTooLarge, error.Message);
        }

        return null;
    }

    private LogAppendResult AppendLocked(Memory<byte> records, LogConfig config, AppendOrigin origin, short transactionVersion, long now)
    {
        if (_isClosed || _isTruncating)
            return Refused();
        var first = _end.Offset;
        RecordBatchPatch.SetBaseOffset(records.Span, first);
        _ = RecordBatchView.TryRead(records.Span, out var batch);
        var check = _producers.Check(in batch, origin, transactionVersion);
        if (check.Error != ErrorCode.None)
            return LogAppendResult.Failed(check.Error, check.Message!);
        if (check.Duplicate is { } duplicate)
            return Repeat(in duplicate);
        if (records.Length > config.SegmentBytes)
        {
            return LogAppendResult.Failed(
                ErrorCode.RecordListTooLarge, $"The batch has {records.Length} bytes, more than a segment of {config.SegmentBytes}.");
        }

        var entry = new BatchEntry(batch.LastOffset, batch.MaxTimestamp, batch.LastOffset, records.Length);
        var segment = RollIfNeeded(config, records.Length, batch.MaxTimestamp, batch.LastOffset, first, now);
        var completed = RecordAborted(in batch, segment);
        var position = segment.Store.Append(records.Span, new ReadOnlySpan<BatchEntry>(in entry));
        OnBatchWritten(in batch, segment, position, completed);
        Publish(batch.NextOffset, segment, batch.RecordCount);
        return new LogAppendResult
        {
            FirstOffset = first,
            LastOffset = batch.LastOffset,
            MaxTimestamp = batch.MaxTimestamp,
            LogStartOffset = _logStartOffset,
            Bytes = records.Length,
            RecordCount = batch.RecordCount,
        };
    }

    private LogAppendResult AppendWithOffsets(ReadOnlyMemory<byte> records, int leaderEpoch, AppendOrigin origin)
    {
        var config = _config;
        var entries = ArrayPool<BatchEntry>.Shared.Rent(64);
        try
        {
            var analysis = ReplicaBatches.Analyze(records.Span, leaderEpoch, origin, ref entries);
            if (analysis.Error != ErrorCode.None)
                return LogAppendResult.Failed(analysis.Error, analysis.Message!);
            if (analysis.Count == 0)
                return new LogAppendResult { LogStartOffset = LogStartOffset };
            LogAppendResult result;
            lock (_lock)
                result = AppendReplicaLocked(records[..analysis.Bytes], entries.AsSpan(0, analysis.Count), in analysis, config);
            AfterAppend(in result, config);
            return result;
        }
        finally
        {
            ArrayPool<BatchEntry>.Shared.Return(entries);
        }
    }

    private LogAppendResult AppendReplicaLocked(
        ReadOnlyMemory<byte> records, ReadOnlySpan<BatchEntry> entries, in ReplicaBatches analysis, LogConfig config)
    {
        if (_isClosed || _isTruncating)
            return Refused();
        if (analysis.FirstOffset < _end.Offset)
        {
            return LogAppendResult.Failed(
                ErrorCode.OffsetOutOfRange, $"First offset {analysis.FirstOffset} of the append is below the next offset {_end.Offset}.");
        }

        var segment = RollIfNeeded(config, analysis.Bytes, analysis.MaxTimestamp, analysis.LastOffset, analysis.FirstOffset, Now);
        if (analysis.LastOffset - segment.BaseOffset > int.MaxValue)
            return LogAppendResult.Failed(ErrorCode.InvalidRecord, "The offsets of the append do not fit into one segment.");
        var position = segment.Store.Append(records.Span, entries);
        foreach (var batch in new RecordBatchEnumerator(records.Span))
        {
            OnBatchWritten(in batch, segment, position, RecordAborted(in batch, segment));
            position += batch.Bytes.Length;
        }

        Publish(analysis.LastOffset + 1, segment, analysis.Records);
        return new LogAppendResult
        {
            FirstOffset = analysis.FirstOffset,
            LastOffset = analysis.LastOffset,
            MaxTimestamp = analysis.MaxTimestamp,
            LogStartOffset = _logStartOffset,
            Bytes = analysis.Bytes,
            RecordCount = analysis.Records,
        };
    }

    /// <summary>A leader that still appends while its log is deleted or cut has lost its partition already.</summary>
    private LogAppendResult Refused() => LogAppendResult.Failed(
        ErrorCode.NotLeaderOrFollower, $"{TopicPartition} is being {(_isClosed ? "closed" : "truncated")}.");

    private LogAppendResult Repeat(in BatchMetadata duplicate) => new()
    {
        FirstOffset = duplicate.FirstOffset,
        LastOffset = duplicate.LastOffset,
        MaxTimestamp = duplicate.Timestamp,
        LogAppendTime = duplicate.Timestamp,
        LogStartOffset = _logStartOffset,
        IsDuplicate = true,
    };

    /// <summary>
    /// Writes the index entry of a transaction that the batch aborts. A leader does so before the marker is written: an entry without a marker
    /// shows nobody anything, a marker without an entry would show aborted records.
    /// </summary>
    private CompletedTransaction? RecordAborted(in RecordBatchView batch, LogSegment segment)
    {
        if (_producers.Preview(in batch) is not { } completed)
            return null;
        if (completed.IsAborted)
        {
            segment.Store.AppendAbortedTransaction(new AbortedTransaction(
                completed.ProducerId, completed.FirstOffset, completed.LastOffset, _producers.LastStableOffsetAfter(in completed)));
        }

        return completed;
    }

    private void OnBatchWritten(in RecordBatchView batch, LogSegment segment, int position, CompletedTransaction? completed)
    {
        segment.OnAppended(position, batch.MaxTimestamp);
        if (batch.PartitionLeaderEpoch >= 0)
            _epochs.Assign(batch.PartitionLeaderEpoch, batch.BaseOffset);
        _producers.Apply(in batch);
        if (completed is { } transaction)
            _producers.Complete(in transaction);
    }

    /// <summary>Lets readers see what was written.</summary>
    private void Publish(long endOffset, LogSegment segment, int records)
    {
        Volatile.Write(ref _appendedRecords, _appendedRecords + records);
        _producers.SetMapEndOffset(endOffset);
        RefreshFirstUnstableOffset();
        _end.Set(new LogPosition(endOffset, segment, segment.Size));
    }

    /// <summary>What need not hold up the next append: <c>leader-epoch-checkpoint</c>, and <c>flush.messages</c>.</summary>
    private void AfterAppend(in LogAppendResult result, LogConfig config)
    {
        if (result.Error != ErrorCode.None || result.IsDuplicate)
            return;
        SaveEpochs(durable: false);
        if (config.FlushMessages != long.MaxValue && UnflushedRecords >= config.FlushMessages)
            Flush();
    }

    private static LogAppendResult TooLarge(int size, LogConfig config) => LogAppendResult.Failed(
        ErrorCode.MessageTooLarge, $"The record batch has {size} bytes, more than the {config.MaxMessageBytes} that max.message.bytes allows.");
}
