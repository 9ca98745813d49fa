using System.Text.RegularExpressions;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Consuming;

/// <summary>
/// Consumes records, of partitions that it is given or that its group assigns. One thread at a time, but for <see cref="Wake"/>; what it does between polls (fetches,
/// heartbeats) runs by itself.
/// </summary>
public sealed class KafkaConsumer : IAsyncDisposable
{
    private readonly ClusterClient _cluster;
    private readonly ClientParts _parts;
    private readonly ConsumerOptions _options;
    private readonly Fetcher _fetcher;
    private readonly GroupOffsets? _offsets;
    private readonly ILogger _logger;
    private readonly List<ConsumerRecord> _records = [];
    private readonly ClassicGroup? _group;
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HashSet<string> _topics = [];
    private Regex? _pattern;
    private long _matchedAt;
    private IRebalanceListener? _listener;
    private bool _isSubscribed;
    private bool _isClosed;
    private long _committedAt;
    private Task _committing = Task.CompletedTask;

    /// <summary>Creates a consumer; it connects with the first poll.</summary>
    /// <param name="properties">Kafka's consumer configuration.</param>
    /// <param name="parts">What it stands on; they stay the caller's.</param>
    /// <param name="codecs">The codecs of compressed batches.</param>
    /// <exception cref="ClientConfigurationException">A property cannot be used.</exception>
    public KafkaConsumer(ClientProperties properties, ClientParts parts, CompressionCodecs codecs)
    {
        _options = ConsumerOptions.Parse(properties);
        _cluster = new ClusterClient(ClientOptions.Parse(properties) with { AllowsTopicCreation = properties.GetBoolean("allow.auto.create.topics", true) }, parts);
        _parts = parts;
        _logger = parts.Loggers.CreateLogger(ClientEvents.ConsumerCategory);
        _fetcher = new Fetcher(_cluster, _options, codecs, Wake);
        _offsets = _options.GroupId is { } group ? new GroupOffsets(_cluster, group, _options.GroupInstanceId, _options.ReadsCommitted) : null;
        _group = _options.GroupId is null ? null : new ClassicGroup(_cluster, _options, Wake);
        _committedAt = Now;
    }

    /// <summary>The cluster it reads from.</summary>
    public ClusterClient Cluster => _cluster;

    /// <summary>The partitions that it reads.</summary>
    public IReadOnlyCollection<TopicPartition> Assignment
    {
        get
        {
            lock (_fetcher.Gate)
            {
                return [.. _fetcher.Partitions.Keys];
            }
        }
    }

    private long Now => (long)_parts.Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Reads these partitions, outside of any group's assignment.</summary>
    /// <exception cref="InvalidOperationException">It subscribes.</exception>
    public void Assign(IEnumerable<TopicPartition> partitions)
    {
        if (_isSubscribed)
        {
            throw new InvalidOperationException("A consumer either subscribes or is assigned.");
        }

        Replace(partitions);
    }

    /// <summary>Joins the group and reads the partitions of these topics that it assigns.</summary>
    /// <exception cref="InvalidOperationException">There is no <c>group.id</c>.</exception>
    public void Subscribe(IReadOnlyCollection<string> topics, IRebalanceListener? listener = null)
    {
        RequireGroup();
        (_topics, _pattern, _listener, _isSubscribed) = ([.. topics], null, listener, true);
        _group!.RequestJoin();
    }

    /// <summary>Joins the group and reads the partitions that it assigns of topics whose whole name matches.</summary>
    /// <exception cref="InvalidOperationException">There is no <c>group.id</c>.</exception>
    public void Subscribe(Regex pattern, IRebalanceListener? listener = null)
    {
        RequireGroup();
        (_topics, _pattern, _listener, _isSubscribed) = ([], pattern, listener, true);
        _group!.RequestJoin();
    }

    /// <summary>Waits for records, at most so long; gives none when none came. Their bytes are good until the next call.</summary>
    /// <exception cref="KafkaClientException">A partition cannot be read, or the group cannot be joined.</exception>
    public async ValueTask<IReadOnlyList<ConsumerRecord>> PollAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _records.Clear();
        _fetcher.ReleaseRead();
        var deadline = Now + (long)Math.Min(timeout.TotalMilliseconds, int.MaxValue);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _wake, wake);
            var isReady = !_isSubscribed || await EnsureMemberAsync(cancellationToken);
            if (isReady)
            {
                CommitIfDue();
                await OffsetResolver.ResolveAsync(_cluster, _options, _offsets, _fetcher, cancellationToken);
                _fetcher.Read(_records, _options.MaximumPollRecords);
                _fetcher.SendFetches();
            }

            var left = deadline - Now;
            if (_records.Count > 0 || left <= 0)
            {
                return _records;
            }

            // A partition that rests after an error is looked at again soon.
            var pause = TimeSpan.FromMilliseconds(Math.Min(left, isReady ? Math.Max(_cluster.Options.RetryBackoff.TotalMilliseconds, 20) : left));
            await Task.WhenAny(wake.Task, Task.Delay(pause, _parts.Time, cancellationToken));
        }
    }

    /// <summary>Ends a wait of <see cref="PollAsync"/> early. From any thread.</summary>
    public void Wake() => Volatile.Read(ref _wake).TrySetResult();

    /// <summary>Goes on at an offset.</summary>
    public void Seek(TopicPartition partition, long offset)
    {
        lock (_fetcher.Gate)
        {
            Assigned(partition).Seek(offset);
        }
    }

    /// <summary>Goes on at the first record of a time, or at one of <see cref="OffsetLookup"/>'s places; found by the next poll.</summary>
    public void SeekToTimestamp(TopicPartition partition, long timestamp)
    {
        lock (_fetcher.Gate)
        {
            var assigned = Assigned(partition);
            assigned.Seek(ConsumedPartition.Unknown);
            assigned.SeekTimestamp = timestamp;
        }
    }

    /// <summary>The next offset that a poll would give; -1 before it is known.</summary>
    public long Position(TopicPartition partition)
    {
        lock (_fetcher.Gate)
        {
            return Assigned(partition).Position;
        }
    }

    /// <summary>The end of a partition as far as the last fetch told; -1 before.</summary>
    public long HighWatermark(TopicPartition partition)
    {
        lock (_fetcher.Gate)
        {
            return Assigned(partition).HighWatermark;
        }
    }

    /// <summary>Commits the positions of all partitions and waits for the answer.</summary>
    /// <exception cref="KafkaClientException">They were not committed.</exception>
    public ValueTask CommitAsync(CancellationToken cancellationToken) => CommitAsync(Positions(), cancellationToken);

    /// <summary>Commits offsets and waits for the answer.</summary>
    /// <exception cref="KafkaClientException">They were not committed.</exception>
    public async ValueTask CommitAsync(IReadOnlyDictionary<TopicPartition, long> offsets, CancellationToken cancellationToken) =>
        await CommitAsync(offsets.ToDictionary(static each => each.Key, static each => (each.Value, -1)), cancellationToken);

    /// <summary>The committed offsets of the group; -1 where there is none.</summary>
    /// <exception cref="KafkaClientException">They could not be read.</exception>
    public ValueTask<IReadOnlyDictionary<TopicPartition, long>> CommittedAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        RequireGroup();
        return _offsets!.FetchAsync(partitions, cancellationToken);
    }

    /// <summary>Commits where it does so by itself, leaves the group, and closes.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        try
        {
            await _committing;
            if (_isSubscribed && _group is not null)
            {
                await RevokeAsync(isLost: false, cancellationToken);
                await _group.LeaveAsync("the consumer is being closed", cancellationToken);
            }
            else if (_options.CommitsByItself && _offsets is not null)
            {
                await CommitQuietlyAsync(Positions(), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever waits no longer gets what was possible.
        }

        if (_group is not null)
        {
            await _group.DisposeAsync();
        }

        await _fetcher.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    /// <summary>Closes; gives commit and leave ten seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), _parts.Time);
        await CloseAsync(limit.Token);
    }

    private void RequireGroup()
    {
        if (_group is null)
        {
            throw new InvalidOperationException("To use the group management or offset commit APIs, you must provide a valid group.id in the consumer configuration.");
        }
    }

    private ConsumedPartition Assigned(TopicPartition partition) =>
        _fetcher.Partitions.GetValueOrDefault(partition) ?? throw new InvalidOperationException($"No current assignment for partition {partition}");

    private void Replace(IEnumerable<TopicPartition> partitions)
    {
        lock (_fetcher.Gate)
        {
            var wanted = partitions.ToHashSet();
            foreach (var gone in _fetcher.Partitions.Keys.Except(wanted).ToArray())
            {
                _fetcher.Partitions.Remove(gone);
            }

            foreach (var partition in wanted)
            {
                _fetcher.Partitions.TryAdd(partition, new ConsumedPartition(partition));
            }
        }
    }

    // Whether there is an assignment to read from now.
    private async ValueTask<bool> EnsureMemberAsync(CancellationToken cancellationToken)
    {
        await MatchAsync(cancellationToken);
        switch (_group!.Step)
        {
            case GroupStep.Stable:
                return true;
            case GroupStep.MustJoin:
                await RevokeAsync(isLost: false, cancellationToken);
                _group.BeginJoin(_topics);
                return false;
            case GroupStep.Lost:
                await RevokeAsync(isLost: true, cancellationToken);
                _group.BeginJoin(_topics);
                return false;
            case GroupStep.Joining:
                return false;
            default:
                var assigned = await _group.TakeAssignmentAsync();
                if (_group.Step != GroupStep.Stable)
                {
                    return false;
                }

                Replace(assigned);
                _listener?.OnAssigned(assigned);
                return true;
        }
    }

    // A pattern is matched again as often as metadata is fetched; new topics bring a rebalance.
    private async ValueTask MatchAsync(CancellationToken cancellationToken)
    {
        if (_pattern is null || (_topics.Count > 0 && Now - _matchedAt < (long)_cluster.Options.MetadataMaximumAge.TotalMilliseconds)
            || (_topics.Count == 0 && _matchedAt != 0 && Now - _matchedAt < 1000))
        {
            return;
        }

        var metadata = await _cluster.RefreshMetadataAsync(null, cancellationToken);
        _matchedAt = Now;
        var matched = metadata.Topics.Values.Where(topic => topic.Error == ErrorCode.None && (!topic.IsInternal || !_options.ExcludesInternalTopics)
            && _pattern.Match(topic.Name) is { Success: true, Index: 0 } match && match.Length == topic.Name.Length).Select(static topic => topic.Name).ToHashSet(StringComparer.Ordinal);
        if (!matched.SetEquals(_topics))
        {
            _topics = matched;
            _group!.RequestJoin();
        }
    }

    private async ValueTask RevokeAsync(bool isLost, CancellationToken cancellationToken)
    {
        var partitions = Assignment;
        if (partitions.Count == 0)
        {
            return;
        }

        if (!isLost && _options.CommitsByItself)
        {
            await _committing;
            await CommitQuietlyAsync(Positions(), cancellationToken);
        }

        if (isLost)
        {
            _listener?.OnLost(partitions);
        }
        else
        {
            _listener?.OnRevoked(partitions);
        }

        Replace([]);
    }

    private Dictionary<TopicPartition, (long Offset, int Epoch)> Positions()
    {
        lock (_fetcher.Gate)
        {
            return _fetcher.Partitions.Values.Where(static partition => partition.Position >= 0)
                .ToDictionary(static partition => partition.TopicPartition, static partition => (partition.Position, partition.LastEpoch));
        }
    }

    private void CommitIfDue()
    {
        if (_offsets is null || !_options.CommitsByItself || Now - _committedAt < (long)_options.CommitInterval.TotalMilliseconds || !_committing.IsCompleted)
        {
            return;
        }

        _committedAt = Now;
        _committing = CommitQuietlyAsync(Positions(), CancellationToken.None);
    }

    private async Task CommitQuietlyAsync(Dictionary<TopicPartition, (long Offset, int Epoch)> offsets, CancellationToken cancellationToken)
    {
        try
        {
            await CommitAsync(offsets, cancellationToken);
        }
        catch (KafkaClientException fault)
        {
            _logger.NotCommitted(_cluster.Options.ClientId, _options.GroupId!, fault.Message);
        }
    }

    private async ValueTask CommitAsync(Dictionary<TopicPartition, (long Offset, int Epoch)> offsets, CancellationToken cancellationToken)
    {
        RequireGroup();
        var (memberId, generation) = _isSubscribed ? _group!.Membership : ("", -1);
        if (_isSubscribed && generation < 0)
        {
            return;
        }

        var error = await _offsets!.CommitAsync(offsets, memberId, generation, cancellationToken);
        if (error is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration or ErrorCode.FencedInstanceId or ErrorCode.RebalanceInProgress)
        {
            _group!.OnFenced(error);
        }

        if (error != ErrorCode.None)
        {
            throw new KafkaClientException(error, $"Offset commit failed: {error.Info().Message}");
        }
    }
}
