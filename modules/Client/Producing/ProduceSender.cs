using System.Collections.Concurrent;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Compression;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Producing;

/// <summary>
/// Sends batches that are due. One loop on the thread pool decides what goes where; responses come back on other threads and wake it.
/// </summary>
internal sealed partial class ProduceSender : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<ProducerBatch> _incomplete = [];
    private readonly ClusterClient _cluster;
    private readonly ProducerOptions _options;
    private readonly ICompressionCodec? _codec;
    private readonly ConcurrentDictionary<string, TopicQueues> _topics;
    private readonly MemoryBudget _memory;
    private readonly BatchFactory _batches;
    private readonly ILogger _logger;
    private readonly Dictionary<int, LeaderState> _leaders = [];
    private readonly ConcurrentDictionary<Task, byte> _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private readonly long _linger;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _loop;
    private ClusterMetadata? _seen;
    private ProducerIdentity _identity = ProducerIdentity.None;
    private Task? _identifying;
    private Task? _refreshing;
    private int _hurries;
    private int _firstQueue;

    public ProduceSender(
        ClusterClient cluster,
        ProducerOptions options,
        ICompressionCodec? codec,
        ConcurrentDictionary<string, TopicQueues> topics,
        MemoryBudget memory,
        BatchFactory batches)
    {
        _cluster = cluster;
        _options = options;
        _codec = codec;
        _topics = topics;
        _memory = memory;
        _batches = batches;
        _linger = (long)options.Linger.TotalMilliseconds;
        _logger = cluster.Parts.Loggers.CreateLogger(ClientEvents.ProducerCategory);
        _timer = cluster.Parts.Time.CreateTimer(static state => ((ProduceSender)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The clock of the producer, in milliseconds.</summary>
    public long Now => (long)_cluster.Parts.Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Batches whose fate is open.</summary>
    public int Incomplete
    {
        get
        {
            lock (_lock)
            {
                return _incomplete.Count;
            }
        }
    }

    /// <summary>A batch was begun; it counts until <see cref="OnDone"/>.</summary>
    public void OnBegun(ProducerBatch batch)
    {
        lock (_lock)
        {
            _incomplete.Add(batch);
            _loop ??= RunAsync();
        }
    }

    /// <summary>A batch is over: its memory is free.</summary>
    public void OnDone(ProducerBatch batch)
    {
        lock (_lock)
        {
            if (!_incomplete.Remove(batch))
            {
                return;
            }
        }

        _batches.Recycle(batch);
        _memory.Release(batch.Reserved);
    }

    /// <summary>Makes the loop look at the queues.</summary>
    public void Wake() => Volatile.Read(ref _wake).TrySetResult();

    /// <summary>While somebody hurries, batches do not linger.</summary>
    public void Hurry(bool begins)
    {
        Interlocked.Add(ref _hurries, begins ? 1 : -1);
        if (begins)
        {
            Wake();
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Task[] open;
        lock (_lock)
        {
            open = [.. _incomplete.Select(static batch => batch.Done)];
        }

        Hurry(true);
        try
        {
            await Task.WhenAll(open).WaitAsync(cancellationToken);
        }
        finally
        {
            Hurry(false);
        }
    }

    /// <summary>Ends the loop; requests under way go on until the connections are closed.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        Wake();
        if (_loop is { } loop)
        {
            await loop;
        }

        await _timer.DisposeAsync();
    }

    /// <summary>After the connections are closed: what is left fails.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_running.Keys);
        foreach (var queue in _topics.Values.SelectMany(static topic => topic.Partitions))
        {
            foreach (var batch in queue.TakeExpired(long.MaxValue) ?? [])
            {
                Finish(queue, batch, -1, -1, new KafkaClientException(ErrorCode.NetworkException, "The producer was closed before the record was sent."));
            }
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        await default(ThreadPoolTurn);
        while (!_stopping.IsCancellationRequested)
        {
            var wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _wake, wake);
            var due = TryStep();
            _timer.Change(due is { } wait ? TimeSpan.FromMilliseconds(wait) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            await wake.Task;
        }
    }

    private long? TryStep()
    {
        try
        {
            return Step();
        }
        catch (Exception unexpected)
        {
            // Nobody would send what waits: it is told, and the loop goes on.
            FailWaiting(new KafkaClientException(ErrorCode.UnknownServerError, unexpected.Message, unexpected));
            return null;
        }
    }

    // Sends what is due; gives how long until something else is.
    private long? Step()
    {
        UpdateTopics();
        var now = Now;
        var isHurried = Volatile.Read(ref _hurries) > 0 || _memory.Waiting > 0;
        long? next = null;
        foreach (var leader in _leaders.Values)
        {
            leader.Due.Clear();
        }

        var queues = Queues();
        for (var i = 0; i < queues.Count; i++)
        {
            var queue = queues[(i + _firstQueue) % queues.Count];
            FailExpired(queue, now);
            if (queue.DueIn(now, _linger, isHurried) is not { } due)
            {
                continue;
            }

            if (due > 0)
            {
                next = Math.Min(next ?? long.MaxValue, due);
            }
            else if (LeaderOf(queue) is { } leader)
            {
                leader.Due.Add(queue);
            }
            else
            {
                RefreshMetadata();
            }
        }

        // Whoever came last goes first next time.
        _firstQueue = queues.Count > 0 ? (_firstQueue + 1) % queues.Count : 0;
        foreach (var leader in _leaders.Values)
        {
            Send(leader, now, isHurried);
        }

        return next;
    }

    private void Send(LeaderState leader, long now, bool isHurried)
    {
        if (leader.Due.Count == 0 || !IsIdentified(out var identity))
        {
            return;
        }

        if (_cluster.Links.Of(leader.NodeId).Live is not { } connection)
        {
            Connect(leader);
            return;
        }

        while (leader.InFlight < _options.MaximumInFlight)
        {
            var room = _options.MaximumRequestSize;
            List<SentBatch>? sent = null;
            foreach (var queue in leader.Due)
            {
                // One that is larger than a request may be goes alone; the broker has the last word.
                if (queue.Take(sent is null ? int.MaxValue : room, identity, now, _linger, isHurried) is { } batch && TryEncode(queue, batch, out var encoded))
                {
                    room -= encoded.Length;
                    (sent ??= new List<SentBatch>(leader.Due.Count)).Add(new SentBatch(queue, batch, encoded));
                }
            }

            if (sent is null)
            {
                return;
            }

            Interlocked.Increment(ref leader.InFlight);
            Track(SendAsync(leader, connection, sent));
        }
    }

    // A codec is somebody else's code: when it fails, its batch does, and nothing else.
    private bool TryEncode(PartitionQueue queue, ProducerBatch batch, out ReadOnlyMemory<byte> encoded)
    {
        try
        {
            encoded = batch.Encode(_codec, _options.CompressionLevel);
            _batches.Learn(batch.Builder.SizeInBytes, encoded.Length);
            return true;
        }
        catch (Exception fault)
        {
            encoded = default;
            Finish(queue, batch, -1, -1, new KafkaClientException(ErrorCode.UnknownServerError, fault.Message, fault));
            BumpEpoch(queue, batch);
            return false;
        }
    }

    private void Connect(LeaderState leader)
    {
        if (leader.Connecting is null or { IsCompleted: true })
        {
            leader.Connecting = ConnectAsync(leader.NodeId);
            Track(leader.Connecting);
        }
    }

    private async Task ConnectAsync(int nodeId)
    {
        try
        {
            await _cluster.Links.Of(nodeId).ConnectAsync(_stopping.Token);
        }
        catch (KafkaClientException)
        {
            // The link has logged it and rests; the leader may be another one by then.
            _cluster.MetadataCache.Expire();
            RefreshMetadata();
        }
        catch (OperationCanceledException)
        {
            // The producer closes.
        }

        Wake();
    }

    private bool IsIdentified(out ProducerIdentity identity)
    {
        lock (_lock)
        {
            identity = _identity;
        }

        if (!_options.IsIdempotent || !identity.IsNone)
        {
            return true;
        }

        if (_identifying is null or { IsCompleted: true })
        {
            _identifying = IdentifyAsync();
            Track(_identifying);
        }

        return false;
    }

    private async Task IdentifyAsync()
    {
        try
        {
            var response = await _cluster.SendAsync(
                RequestTarget.AnyNode, new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = int.MaxValue }, static response => response.ErrorCode, _stopping.Token);
            if (response.ErrorCode == ErrorCode.None)
            {
                lock (_lock)
                {
                    _identity = new ProducerIdentity(response.ProducerId, response.ProducerEpoch);
                }
            }
            else
            {
                FailWaiting(new KafkaClientException(response.ErrorCode));
            }
        }
        catch (UnsupportedVersionException fault)
        {
            FailWaiting(new KafkaClientException(ErrorCode.UnsupportedVersion, $"The broker is too old for idempotence: {fault.Message}", fault));
        }
        catch (Exception fault) when (fault is KafkaClientException or OperationCanceledException)
        {
            // Batches that wait expire in their own time.
            _logger.NoProducerId(_cluster.Options.ClientId, fault.Message);
        }

        Wake();
    }

    private void RefreshMetadata()
    {
        lock (_lock)
        {
            if (_refreshing is null or { IsCompleted: true } && !_stopping.IsCancellationRequested)
            {
                _refreshing = RefreshAsync();
                Track(_refreshing);
            }
        }
    }

    private async Task RefreshAsync()
    {
        await default(ThreadPoolTurn);
        try
        {
            await Task.Delay(_cluster.Options.RetryBackoff, _cluster.Parts.Time, _stopping.Token);
            await _cluster.MetadataCache.RefreshAsync([.. _topics.Keys], _stopping.Token);
        }
        catch (Exception fault) when (fault is KafkaClientException or OperationCanceledException)
        {
            // Asked for again as long as something waits for it.
        }

        Wake();
    }

    private void UpdateTopics()
    {
        var metadata = _cluster.MetadataCache.Current;
        if (_cluster.MetadataCache.IsOld)
        {
            RefreshMetadata();
        }

        if (metadata is null || ReferenceEquals(metadata, _seen))
        {
            return;
        }

        _seen = metadata;
        foreach (var topic in _topics.Values)
        {
            if (metadata.Topics.TryGetValue(topic.Name, out var found) && found.Error == ErrorCode.None)
            {
                topic.Update(found);
            }
        }
    }

    private List<PartitionQueue> Queues()
    {
        var queues = new List<PartitionQueue>();
        foreach (var (_, topic) in _topics)
        {
            queues.AddRange(topic.Partitions);
        }

        return queues;
    }

    private LeaderState? LeaderOf(PartitionQueue queue)
    {
        var id = _seen?.Topics.GetValueOrDefault(queue.Topic.Name)?.Partition(queue.Partition)?.LeaderId ?? -1;
        if (id < 0 || !_seen!.Nodes.ContainsKey(id))
        {
            return null;
        }

        if (!_leaders.TryGetValue(id, out var leader))
        {
            _leaders[id] = leader = new LeaderState(id);
        }

        return leader;
    }

    private void Track(Task task)
    {
        if (!task.IsCompleted)
        {
            _running.TryAdd(task, 0);
            _ = task.ContinueWith(static (done, running) => ((ConcurrentDictionary<Task, byte>)running!).TryRemove(done, out _), _running, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>What is known of a node that leads partitions.</summary>
    private sealed class LeaderState(int nodeId)
    {
        public int InFlight;

        public int NodeId => nodeId;

        public List<PartitionQueue> Due { get; } = [];

        public Task? Connecting { get; set; }
    }

    /// <summary>A batch in a request.</summary>
    private sealed record SentBatch(PartitionQueue Queue, ProducerBatch Batch, ReadOnlyMemory<byte> Encoded);
}
