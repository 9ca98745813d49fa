using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Tests.Support;

/// <summary>A metadata log in memory that can lose what was not flushed.</summary>
internal sealed class InMemoryRaftLog : IRaftLog
{
    private readonly List<StoredBatch> _batches = [];
    private long _flushedEnd;
    private long _emptyAt;

    public long StartOffset { get; private set; }

    public long EndOffset => _batches.Count == 0 ? _emptyAt : _batches[^1].End;

    public long HighWatermark { get; private set; }

    public int Flushes { get; private set; }

    /// <summary>What a truncation, done at once, completes with; null when it has completed.</summary>
    public Func<ValueTask>? Truncation { get; set; }

    public long SizeInBytes => _batches.Sum(batch => (long)batch.Bytes.Length);

    public IReadOnlyList<EpochStart> EpochStarts
    {
        get
        {
            var starts = new List<EpochStart>();
            foreach (var batch in _batches)
            {
                if (starts.Count == 0 || starts[^1].Epoch < batch.Epoch)
                    starts.Add(new(batch.Epoch, Math.Max(batch.Base, StartOffset)));
            }

            return starts;
        }
    }

    /// <summary>Everything that was appended since the last flush is gone.</summary>
    public void LosePower()
    {
        _batches.RemoveAll(batch => batch.End > _flushedEnd);
        HighWatermark = 0;
    }

    public void Append(ReadOnlyMemory<byte> batches)
    {
        var position = 0;
        while (position < batches.Length)
        {
            if (RecordBatchView.TryRead(batches.Span[position..], out var view) != RecordSetStatus.Ok)
                throw new InvalidOperationException("Not a whole batch");
            if (view.BaseOffset != EndOffset)
                throw new InvalidOperationException($"Batch at {view.BaseOffset} after the end at {EndOffset}");
            var length = view.Bytes.Length;
            _batches.Add(new(view.BaseOffset, view.NextOffset, view.PartitionLeaderEpoch, batches.Slice(position, length).ToArray()));
            position += length;
        }
    }

    public ReadOnlyMemory<byte> Read(long offset, int maxBytes)
    {
        using var bytes = new MemoryStream();
        foreach (var batch in _batches)
        {
            if (batch.End <= offset)
                continue;
            if (bytes.Length > 0 && bytes.Length + batch.Bytes.Length > maxBytes)
                break;
            bytes.Write(batch.Bytes);
        }

        return bytes.ToArray();
    }

    public ValueTask TruncateToAsync(long endOffset)
    {
        _batches.RemoveAll(batch => batch.Base >= endOffset);
        _flushedEnd = Math.Min(_flushedEnd, endOffset);
        if (_batches.Count == 0)
            _emptyAt = endOffset;
        if (EndOffset != endOffset)
            throw new InvalidOperationException($"No batch begins at {endOffset}");
        return Truncation?.Invoke() ?? ValueTask.CompletedTask;
    }

    public ValueTask TruncateFullyToAsync(long offset)
    {
        _batches.Clear();
        StartOffset = _emptyAt = _flushedEnd = offset;
        return Truncation?.Invoke() ?? ValueTask.CompletedTask;
    }

    public void AdvanceStartTo(long offset)
    {
        _batches.RemoveAll(batch => batch.End <= offset);
        if (_batches.Count == 0)
            _emptyAt = Math.Max(_emptyAt, offset);
        StartOffset = Math.Max(StartOffset, offset);
    }

    public void Flush()
    {
        Flushes++;
        _flushedEnd = EndOffset;
    }

    public void UpdateHighWatermark(long offset)
    {
        if (offset < HighWatermark)
            throw new InvalidOperationException($"High watermark goes back from {HighWatermark} to {offset}");
        HighWatermark = offset;
    }

    private sealed record StoredBatch(long Base, long End, int Epoch, byte[] Bytes);
}
