using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

public sealed partial class PartitionLog
{
    private long _cleanedOffset = -1;

    /// <summary>Offset below which the log was compacted (<c>cleaner-offset-checkpoint</c>); null where it never was.</summary>
    public long? CleanedOffset => Volatile.Read(ref _cleanedOffset) is >= 0 and var offset ? offset : null;

    /// <summary>Whether it is being cleaned, and may be.</summary>
    internal CleaningState Cleaning { get; } = new();

    /// <summary>The loaded codecs.</summary>
    internal CompressionCodecs Codecs => _options.Codecs;

    /// <summary>What the cleaner decides by.</summary>
    /// <exception cref="LogStoreException">A segment could not be read.</exception>
    internal CleaningSnapshot TakeCleaningSnapshot()
    {
        LogSegment[] segments;
        LogFacts facts;
        int truncations;
        lock (_lock)
        {
            ThrowIfClosed();
            segments = _segments;
            truncations = _truncations;
            facts = new LogFacts
            {
                Segments = [],
                Config = _config,
                LogStartOffset = _logStartOffset,
                LogEndOffset = _end.Offset,
                LastStableOffset = LastStableOffset,
                CleanedOffset = CleanedOffset,
            };
        }

        var asksForAge = facts.Config.MaxCompactionLagMs != long.MaxValue;
        return new CleaningSnapshot(
            segments,
            facts with
            {
                Segments =
                [
                    .. segments.Select(segment => new SegmentFacts(
                        segment.BaseOffset, segment.Size, segment.LargestTimestamp, asksForAge ? segment.FirstBatchTimestamp : RecordBatchFormat.None)),
                ],
            },
            truncations);
    }

    /// <summary>What the producers that are still known wrote last.</summary>
    internal IReadOnlyDictionary<long, LastRecord> LastRecordsOfProducers()
    {
        lock (_lock)
        {
            return _producers.Producers.ToDictionary(
                static producer => producer.ProducerId, static producer => new LastRecord(producer.LastBatch?.LastOffset ?? -1, producer.Epoch));
        }
    }

    /// <summary>Begins a segment that may take the place of others.</summary>
    /// <exception cref="LogStoreException">It could not be created.</exception>
    internal ISegment CreateReplacement(long baseOffset)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            return _store.CreateReplacement(baseOffset);
        }
    }

    /// <summary>Deletes a segment that did not take its place.</summary>
    internal void DropReplacement(ISegment segment) => _ = DeleteNowAsync(segment);

    /// <summary>
    /// Puts a segment in the place of others. Readers that came before keep those; their files go after <c>file.delete.delay.ms</c>.
    /// </summary>
    /// <param name="replacement">The segment, flushed.</param>
    /// <param name="replaced">Neighbors of which none is the active segment.</param>
    /// <param name="truncations">How often the log had been truncated when they were read: what a truncation took may be why records are missing.</param>
    /// <param name="cancellationToken">Ends waiting for other work on the log.</param>
    /// <returns>False where the log is no longer what it was; nothing was replaced then.</returns>
    /// <exception cref="LogStoreException">The disk refused.</exception>
    internal bool TryReplaceSegments(ISegment replacement, IReadOnlyList<LogSegment> replaced, int truncations, CancellationToken cancellationToken)
    {
        _structure.Wait(cancellationToken);
        try
        {
            lock (_lock)
            {
                var segments = _segments;
                var first = Array.IndexOf(segments, replaced[0]);
                if (_isClosed || _truncations != truncations || first < 0 || first + replaced.Count >= segments.Length
                    || !segments.AsSpan(first, replaced.Count).SequenceEqual([.. replaced]))
                {
                    return false;
                }

                _store.ReplaceSegments([replacement], [.. replaced.Select(static segment => segment.Store)]);
                _segments = [.. segments[..first], LogSegmentFactory.Create(replacement, _options, _config), .. segments[(first + replaced.Count)..]];
                foreach (var segment in replaced)
                {
                    if (segment.BaseOffset != replacement.BaseOffset)
                        _producers.DeleteSnapshot(segment.BaseOffset);
                    DeleteLater(segment);
                }

                return true;
            }
        }
        finally
        {
            _structure.Release();
        }
    }

    /// <summary>Notes offset and checkpoint below which the log is clean.</summary>
    /// <param name="offset">The offset.</param>
    /// <param name="truncations">How often the log had been truncated when that was so, null where it does not matter.</param>
    internal void SetCleanedOffset(long offset, int? truncations = null)
    {
        lock (_lock)
        {
            if (_isClosed || (truncations ?? _truncations) != _truncations)
                return;
            Volatile.Write(ref _cleanedOffset, offset);
        }

        _options.CleanedOffsetChanged?.Invoke();
    }

    /// <summary>What comes in the place of what a truncation took is not clean.</summary>
    private void LowerCleanedOffset(long offset)
    {
        lock (_lock)
        {
            if (_cleanedOffset <= offset)
                return;
            Volatile.Write(ref _cleanedOffset, offset);
        }

        _options.CleanedOffsetChanged?.Invoke();
    }
}
