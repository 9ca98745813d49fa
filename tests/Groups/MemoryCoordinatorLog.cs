using Kafka.Modular.Coordination;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Groups.Tests;

/// <summary>A partition in memory. It can refuse appends, and hold the high watermark back.</summary>
internal sealed class MemoryCoordinatorLog : ICoordinatorLog
{
    private readonly List<byte[]> _batches = [];
    private readonly List<Action<long>> _watchers = [];
    private long _end;
    private long _highWatermark;

    public ErrorCode AppendError { get; set; }

    public bool HoldCommits { get; set; }

    public int BatchLimit { get; set; } = 1_048_588;

    public TaskCompletionSource? LoadGate { get; set; }

    public int BatchCount => _batches.Count;

    public int MaxBatchSize(TopicPartition partition) => BatchLimit;

    public CoordinatorAppend Append(TopicPartition partition, ReadOnlyMemory<byte> batch)
    {
        if (AppendError != ErrorCode.None)
        {
            return new CoordinatorAppend(AppendError, -1, -1);
        }

        var stored = batch.ToArray();
        RecordBatchPatch.SetBaseOffset(stored, _end);
        var baseOffset = _end;
        RecordBatchView.TryRead(stored, out var view);
        _end = view.NextOffset;
        _batches.Add(stored);
        if (!HoldCommits)
        {
            CommitAll();
        }

        return new CoordinatorAppend(ErrorCode.None, baseOffset, _end);
    }

    public void CommitAll()
    {
        _highWatermark = _end;
        foreach (var watcher in _watchers)
        {
            watcher(_highWatermark);
        }
    }

    public long HighWatermark(TopicPartition partition) => _highWatermark;

    public IDisposable WatchHighWatermark(TopicPartition partition, Action<long> onAdvanced)
    {
        _watchers.Add(onAdvanced);
        return new Watch(() => _watchers.Remove(onAdvanced));
    }

    public async ValueTask<ErrorCode> ReadAllAsync(TopicPartition partition, Action<ReadOnlyMemory<byte>> onBatches, CancellationToken cancellationToken)
    {
        if (LoadGate is not null)
        {
            await LoadGate.Task.WaitAsync(cancellationToken);
        }

        foreach (var batch in _batches)
        {
            onBatches(batch);
        }

        return ErrorCode.None;
    }

    private sealed class Watch(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
