using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Consuming;

/// <summary>
/// Keeps one fetch under way to each leader, for the partitions of which at most one response waits to be read: the next bytes travel while the caller
/// reads the last. State is guarded by one lock; responses come in on threads of the pool.
/// </summary>
internal sealed class Fetcher(ClusterClient cluster, ConsumerOptions options, CompressionCodecs codecs, Action wake) : IAsyncDisposable
{
    private const short LastVersionWithNames = 12;
    private const int BufferedResponses = 1;

    private readonly Lock _lock = new();
    private readonly ILogger _logger = cluster.Parts.Loggers.CreateLogger(ClientEvents.ConsumerCategory);
    private readonly Queue<FetchedBatches> _ready = new();
    private readonly List<FetchedBatches> _read = [];
    private readonly HashSet<int> _busy = [];
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private FetchedBatches? _current;
    private KafkaClientException? _fault;

    /// <summary>The partitions, by name. Changed by the caller's thread alone, under <see cref="Gate"/>.</summary>
    public Dictionary<TopicPartition, ConsumedPartition> Partitions { get; } = [];

    /// <summary>Guards the partitions.</summary>
    public Lock Gate => _lock;

    private long Now => (long)cluster.Parts.Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Gives back what the last read handed out.</summary>
    public void ReleaseRead()
    {
        foreach (var batches in _read)
        {
            batches.Dispose();
        }

        _read.Clear();
    }

    /// <summary>Reads records that have come; never waits.</summary>
    /// <exception cref="KafkaClientException">A partition cannot be read.</exception>
    public void Read(List<ConsumerRecord> destination, int maximum)
    {
        while (destination.Count < maximum)
        {
            if (_current is null && !TakeReady())
            {
                break;
            }

            if (Skips(_current!) || !_current!.Read(destination, maximum))
            {
                Close(_current!);
                _current = null;
            }
        }

        if (destination.Count == 0 && Interlocked.Exchange(ref _fault, null) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Sends a fetch to every leader that has something to be asked for and none under way.</summary>
    public void SendFetches()
    {
        var metadata = cluster.MetadataCache.Current;
        if (metadata is null || cluster.MetadataCache.IsOld)
        {
            Refresh();
            if (metadata is null)
            {
                return;
            }
        }

        lock (_lock)
        {
            Dictionary<int, List<ConsumedPartition>>? wanted = null;
            var now = Now;
            foreach (var partition in Partitions.Values)
            {
                if (partition.FetchPosition < 0 || partition.IsPaused || partition.IsBeingFetched || partition.Buffered > BufferedResponses || partition.RetryAt > now)
                {
                    continue;
                }

                var leader = metadata.Topics.GetValueOrDefault(partition.TopicPartition.Topic)?.Partition(partition.TopicPartition.Partition)?.LeaderId ?? -1;
                if (leader < 0 || !metadata.Nodes.ContainsKey(leader))
                {
                    cluster.MetadataCache.Expire();
                    Refresh();
                }
                else if (!_busy.Contains(leader))
                {
                    wanted ??= [];
                    (wanted.TryGetValue(leader, out var list) ? list : wanted[leader] = []).Add(partition);
                }
            }

            foreach (var (leader, partitions) in wanted ?? [])
            {
                _busy.Add(leader);
                Run(FetchAsync(leader, metadata, [.. partitions.Select(static partition => new Wanted(partition, partition.FetchPosition, partition.Seeks))]));
                foreach (var partition in partitions)
                {
                    partition.IsBeingFetched = true;
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_lock)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running);
        ReleaseRead();
        _current?.Dispose();
        while (_ready.TryDequeue(out var batches))
        {
            batches.Dispose();
        }

        _stopping.Dispose();
    }

    private bool Skips(FetchedBatches batches)
    {
        lock (_lock)
        {
            return batches.IsStale || !Partitions.TryGetValue(batches.Partition.TopicPartition, out var known) || known != batches.Partition;
        }
    }

    private bool TakeReady()
    {
        lock (_lock)
        {
            return _ready.TryDequeue(out _current);
        }
    }

    private void Close(FetchedBatches batches)
    {
        lock (_lock)
        {
            batches.Partition.Buffered--;
        }

        _read.Add(batches);
    }

    private async Task FetchAsync(int leader, ClusterMetadata metadata, Wanted[] wanted)
    {
        // Called with the lock held: nothing else may happen there.
        await default(ThreadPoolTurn);
        try
        {
            var connection = await cluster.Links.Of(leader).ConnectAsync(_stopping.Token);
            var hasIds = wanted.All(each => metadata.Topics[each.Partition.TopicPartition.Topic].Id != Uuid.Zero);
            var timeout = cluster.Options.RequestTimeout + options.FetchMaximumWait;
            var reply = new SharedReply(await connection.ExchangeAsync(
                Request(metadata, wanted), new SendOptions(timeout, hasIds ? short.MaxValue : LastVersionWithNames), _stopping.Token));
            try
            {
                OnReply(reply, metadata, wanted);
            }
            finally
            {
                reply.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // The consumer closes.
        }
        catch (KafkaClientException fault) when (fault.IsRetriable)
        {
            cluster.MetadataCache.Expire();
            OnFault(wanted, null);
        }
        catch (Exception fault)
        {
            OnFault(wanted, fault as KafkaClientException ?? new KafkaClientException(ErrorCode.UnknownServerError, fault.Message, fault));
        }

        lock (_lock)
        {
            _busy.Remove(leader);
            foreach (var each in wanted)
            {
                each.Partition.IsBeingFetched = false;
            }
        }

        wake();
    }

    private FetchRequest Request(ClusterMetadata metadata, Wanted[] wanted)
    {
        var request = new FetchRequest
        {
            MaxWaitMs = (int)options.FetchMaximumWait.TotalMilliseconds,
            MinBytes = options.FetchMinimumBytes,
            MaxBytes = options.FetchMaximumBytes,
            IsolationLevel = options.ReadsCommitted ? (sbyte)1 : (sbyte)0,
            RackId = options.Rack,
        };
        foreach (var each in wanted)
        {
            var (name, index) = each.Partition.TopicPartition;
            var topic = request.Topics.Find(topic => topic.Topic == name);
            if (topic is null)
            {
                request.Topics.Add(topic = new FetchRequest.FetchTopic { Topic = name, TopicId = metadata.Topics[name].Id });
            }

            topic.Partitions.Add(new FetchRequest.FetchPartition { Partition = index, FetchOffset = each.Offset, PartitionMaxBytes = options.PartitionMaximumBytes });
        }

        return request;
    }

    private void OnReply(SharedReply reply, ClusterMetadata metadata, Wanted[] wanted)
    {
        var response = reply.Response;
        if (response.ErrorCode != ErrorCode.None)
        {
            throw new KafkaClientException(response.ErrorCode);
        }

        foreach (var topic in response.Responses)
        {
            var name = string.IsNullOrEmpty(topic.Topic) ? metadata.TopicsById.GetValueOrDefault(topic.TopicId)?.Name : topic.Topic;
            foreach (var data in topic.Partitions)
            {
                var asked = Array.Find(wanted, each => each.Partition.TopicPartition.Partition == data.PartitionIndex && each.Partition.TopicPartition.Topic == name);
                if (asked is not null)
                {
                    OnPartition(reply, asked, data);
                }
            }
        }
    }

    private void OnPartition(SharedReply reply, Wanted asked, FetchResponse.PartitionData data)
    {
        var partition = asked.Partition;
        data.Records.TryGetMemory(out var bytes);
        var next = data.ErrorCode == ErrorCode.None ? FetchedBatches.NextOffset(bytes.Span) : -1;
        lock (_lock)
        {
            if (partition.Seeks != asked.Seeks)
            {
                return;
            }

            if (data.ErrorCode == ErrorCode.None)
            {
                partition.HighWatermark = data.HighWatermark;
                if (next > asked.Offset)
                {
                    reply.Hold();
                    partition.FetchPosition = next;
                    partition.Buffered++;
                    _ready.Enqueue(new FetchedBatches(partition, reply, bytes, data.AbortedTransactions, options, codecs));
                }

                return;
            }

            OnPartitionError(asked, data.ErrorCode);
        }
    }

    private void OnPartitionError(Wanted asked, ErrorCode error)
    {
        var partition = asked.Partition;
        if (error == ErrorCode.OffsetOutOfRange)
        {
            // What was received before is read first; the reset follows when the position really stands there.
            if (partition.Position != asked.Offset)
            {
                partition.RetryAt = Now + (long)cluster.Options.RetryBackoff.TotalMilliseconds;
                return;
            }

            if (options.Reset == OffsetReset.None)
            {
                Interlocked.CompareExchange(ref _fault, new KafkaClientException(error, $"Offset {asked.Offset} of {partition.TopicPartition} is out of range, and no reset policy is set."), null);
                partition.IsPaused = true;
                return;
            }

            _logger.OutOfRange(cluster.Options.ClientId, partition.TopicPartition.ToString(), asked.Offset);
            partition.Seek(ConsumedPartition.Unknown);
            partition.SeekTimestamp = OffsetResolver.TimestampOf(options, cluster.Parts.Time);
            return;
        }

        partition.RetryAt = Now + (long)cluster.Options.RetryBackoff.TotalMilliseconds;
        if (error.IsRetriable() || error is ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch or ErrorCode.UnknownTopicId or ErrorCode.InconsistentTopicId)
        {
            cluster.MetadataCache.Expire();
        }
        else
        {
            Interlocked.CompareExchange(ref _fault, new KafkaClientException(error, $"{partition.TopicPartition} cannot be read: {error.Info().Message}"), null);
        }
    }

    private void OnFault(Wanted[] wanted, KafkaClientException? fault)
    {
        lock (_lock)
        {
            var retryAt = Now + (long)cluster.Options.RetryBackoff.TotalMilliseconds;
            foreach (var each in wanted)
            {
                each.Partition.RetryAt = retryAt;
            }
        }

        if (fault is not null)
        {
            Interlocked.CompareExchange(ref _fault, fault, null);
        }
    }

    private void Refresh()
    {
        const int metadata = int.MinValue;
        lock (_lock)
        {
            if (_busy.Add(metadata))
            {
                Run(RefreshAsync(metadata, [.. Partitions.Keys.Select(static each => each.Topic).Distinct(StringComparer.Ordinal)]));
            }
        }
    }

    private async Task RefreshAsync(int mark, string[] topics)
    {
        await default(ThreadPoolTurn);
        try
        {
            await cluster.MetadataCache.RefreshAsync(topics, _stopping.Token);
            await Task.Delay(cluster.Options.RetryBackoff, cluster.Parts.Time, _stopping.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or KafkaClientException)
        {
            // Asked for again with the next fetch.
        }

        lock (_lock)
        {
            _busy.Remove(mark);
        }

        wake();
    }

    private void Run(Task task)
    {
        lock (_lock)
        {
            _running.RemoveWhere(static done => done.IsCompleted);
            _running.Add(task);
        }
    }

    /// <summary>What is asked for of a partition.</summary>
    private sealed record Wanted(ConsumedPartition Partition, long Offset, int Seeks);
}
