using Kafka.Modular.Core.Time;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>
/// Cleans one log once: reads the keys of its dirty part, then writes its segments anew, group by group, without the records that a later one of the same
/// key makes superfluous, and puts each result in the place of its group. Readers and appends go on meanwhile. One thread.
/// </summary>
internal sealed class LogCompaction
{
    private readonly PartitionLog _log;
    private readonly CleaningPlan _plan;
    private readonly LogFacts _facts;
    private readonly IReadOnlyList<LogSegment> _segments;
    private readonly int _truncations;
    private readonly CompactionResources _resources;
    private readonly CancellationToken _cancelled;
    private readonly OffsetMap _map;
    private long _bytesIndexed;
    private long _bytesRead;
    private long _bytesWritten;

    /// <summary>Prepares.</summary>
    /// <param name="log">The log.</param>
    /// <param name="snapshot">Its segments.</param>
    /// <param name="plan">What of them can be cleaned.</param>
    /// <param name="resources">Memory and throughput that it may take.</param>
    /// <param name="cancelled">Ends it; segments that were replaced stay so.</param>
    public LogCompaction(PartitionLog log, CleaningSnapshot snapshot, CleaningPlan plan, CompactionResources resources, CancellationToken cancelled)
    {
        (_log, _plan, _facts, _segments, _truncations) = (log, plan, snapshot.Facts, snapshot.Segments, snapshot.Truncations);
        (_resources, _cancelled) = (resources, cancelled);
        _map = new OffsetMap(resources.MapBytes, resources.MapLoadFactor);
    }

    private LogConfig Config => _facts.Config;

    /// <summary>Cleans.</summary>
    /// <param name="endOffset">Offset below which the log is clean now.</param>
    /// <exception cref="OperationCanceledException">It was cancelled, or the log is no longer what it was.</exception>
    /// <exception cref="LogStoreException">The disk refused.</exception>
    /// <exception cref="InvalidDataException">A segment is corrupt.</exception>
    /// <exception cref="CorruptCompressedDataException">A batch cannot be decompressed.</exception>
    public CleaningStatistics Run(out long endOffset)
    {
        var began = _resources.Time.GetTimestamp();
        var legacyHorizon = LegacyHorizon();
        BuildMap();
        endOffset = _map.LatestOffset + 1;
        if (endOffset <= _plan.FirstDirtyOffset)
            throw new InvalidDataException($"One batch has more keys than the cleaner's memory can hold ({_map.MaxCount}); raise log.cleaner.dedupe.buffer.size.");
        // A record goes because of a later one, which therefore must be on disk.
        _log.FlushRolledSegments();
        var transactions = new CleanedTransactions();
        var cleaner = new BatchCleaner(
            _map, transactions, _log.Codecs, new CleaningTerms(_resources.Time.UnixMilliseconds(), Config.DeleteRetentionMs, _plan.FirstUncleanableOffset));
        var end = endOffset;
        var count = _segments.TakeWhile(segment => segment.BaseOffset < end).Count();
        foreach (var group in SegmentGroups.Of([.. _facts.Segments.Take(count)], Config, _plan.FirstUncleanableOffset))
            Clean([.. _segments.Take(group)], cleaner, transactions, legacyHorizon);
        return new CleaningStatistics
        {
            BytesIndexed = _bytesIndexed,
            BytesRead = _bytesRead,
            BytesWritten = _bytesWritten,
            RecordsRead = cleaner.RecordsRead,
            RecordsWritten = cleaner.RecordsKept,
            RecordsWithoutKey = cleaner.RecordsWithoutKey,
            MapUtilization = _map.Utilization,
            Elapsed = _resources.Time.GetElapsedTime(began),
        };
    }

    /// <summary>
    /// Tombstones of the formats before magic 2 go from segments that are older by <c>delete.retention.ms</c> than the last one that was clean before.
    /// </summary>
    private long LegacyHorizon() =>
        _segments.LastOrDefault(segment => segment.BaseOffset < _plan.FirstDirtyOffset) is { } clean
            ? clean.Store.LastModified.ToUnixTimeMilliseconds() - Config.DeleteRetentionMs
            : 0;

    private void BuildMap()
    {
        var (from, to) = (_plan.FirstDirtyOffset, _plan.FirstUncleanableOffset);
        var transactions = new CleanedTransactions();
        transactions.Add(_log.CollectAbortedTransactions(from, to));
        for (var index = 0; index < _segments.Count && _segments[index].BaseOffset < to; index++)
        {
            var nextBase = index + 1 < _segments.Count ? Math.Min(_segments[index + 1].BaseOffset, to) : to;
            if (nextBase <= from)
                continue;
            if (!AddKeys(_segments[index], from, transactions))
                return;
            // Offsets at its end may be missing.
            _map.SetLatestOffset(nextBase - 1);
        }
    }

    /// <summary>Adds the keys of a segment; false where the map is full.</summary>
    private bool AddKeys(LogSegment segment, long from, CleanedTransactions transactions)
    {
        var end = segment.Size;
        using var reader = new SegmentBatchReader(segment.Store, segment.Store.FindPosition(from).Position, end, _resources.BufferSize);
        while (reader.MoveNext(whole: true))
        {
            _bytesIndexed += reader.CurrentBytes.Length;
            Throttle(reader.CurrentBytes.Length);
            if (!AddKeys(reader, from, transactions))
                return false;
        }

        ThrowUnlessAtEnd(segment, reader, end);
        return true;
    }

    private bool AddKeys(SegmentBatchReader reader, long from, CleanedTransactions transactions)
    {
        var batch = reader.Current;
        if (!batch.IsValid())
            throw new InvalidDataException($"The batch at offset {batch.BaseOffset} has a wrong checksum.");
        if (batch.IsControl)
        {
            transactions.OnControl(in batch);
        }
        else if (!transactions.OnData(in batch) && batch.LastOffset >= from)
        {
            var content = RecordBatchCompression.Decompress(reader.CurrentBytes, _log.Codecs);
            var records = new AnyRecords(in batch, content.Span);
            while (records.MoveNext())
            {
                var record = records.Current;
                if (!record.IsKeyNull && record.Offset >= from && !_map.TryPut(record.Key, record.Offset))
                    return false;
            }

            if (records.Status != RecordSetStatus.End)
                throw new InvalidDataException($"The batch at offset {batch.BaseOffset} is malformed: its records are {records.Status}.");
        }

        if (batch.LastOffset >= from)
            _map.SetLatestOffset(batch.LastOffset);
        return true;
    }

    private void Clean(IReadOnlyList<LogSegment> group, BatchCleaner cleaner, CleanedTransactions transactions, long legacyHorizon)
    {
        var target = _log.CreateReplacement(group[0].BaseOffset);
        var isInPlace = false;
        try
        {
            var cleaned = new CleanedSegment(target, _resources.BufferSize);
            transactions.Target = target;
            cleaner.LastRecords = _log.LastRecordsOfProducers();
            for (var index = 0; index < group.Count; index++)
            {
                var segment = group[index];
                var upperBound = index + 1 < group.Count ? group[index + 1].BaseOffset : segment.ReadNextOffset();
                transactions.Add(_log.CollectAbortedTransactions(segment.BaseOffset, upperBound));
                cleaner.KeepsLegacyTombstones = segment.Store.LastModified.ToUnixTimeMilliseconds() > legacyHorizon;
                Clean(segment, cleaner, cleaned);
            }

            Written(cleaned.Flush());
            target.Seal();
            target.Flush();
            // Retention and the age of tombstones go by the time of what was cleaned.
            target.LastModified = group[^1].Store.LastModified;
            isInPlace = _log.TryReplaceSegments(target, group, _truncations, _cancelled);
            if (!isInPlace)
                throw new OperationCanceledException("The log was changed.");
        }
        finally
        {
            transactions.Target = null;
            if (!isInPlace)
                _log.DropReplacement(target);
        }
    }

    private void Clean(LogSegment segment, BatchCleaner cleaner, CleanedSegment cleaned)
    {
        var end = segment.Size;
        using var reader = new SegmentBatchReader(segment.Store, 0, end, _resources.BufferSize);
        while (reader.MoveNext(whole: true))
        {
            var bytes = reader.CurrentBytes;
            _bytesRead += bytes.Length;
            Throttle(bytes.Length);
            var rest = cleaner.Clean(bytes);
            if (!rest.IsEmpty)
                Written(cleaned.Append(rest.Span));
        }

        ThrowUnlessAtEnd(segment, reader, end);
    }

    private void Written(int bytes)
    {
        _bytesWritten += bytes;
        Throttle(bytes);
    }

    private void Throttle(int bytes)
    {
        _cancelled.ThrowIfCancellationRequested();
        var wait = _resources.Throttle.Observe(bytes, _resources.BytesPerSecond);
        if (wait > TimeSpan.Zero && _cancelled.WaitHandle.WaitOne(wait))
            _cancelled.ThrowIfCancellationRequested();
    }

    /// <summary>What follows bytes that are no batch must not get lost; a segment that shrank was truncated.</summary>
    private static void ThrowUnlessAtEnd(LogSegment segment, SegmentBatchReader reader, int end)
    {
        if (reader.Status == RecordSetStatus.End)
            return;
        if (segment.Size < end)
            throw new OperationCanceledException("The log was truncated.");
        throw new InvalidDataException($"{segment.Store.Location} holds no whole batch at position {reader.NextPosition}: {reader.Status}.");
    }
}
