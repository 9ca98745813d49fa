using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage;
using Kafka.Modular.LogStorage.Epochs;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Replication.Metrics;
using Kafka.Modular.Replication.Parking;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Replication;

/// <summary>
/// A partition of which this broker has a replica: its log, whether this broker leads it, what it knows of the followers, and the requests that
/// wait for it. Any thread: the log guards its own appends, a lock guards the roles and followers, and requests are completed with neither held.
/// </summary>
public sealed class Partition : ILogListener
{
    /// <summary>The offset in DeleteRecords that stands for the high watermark.</summary>
    private const long UpToHighWatermark = -1;

    private readonly Lock _lock = new();
    private readonly PartitionServices _services;
    private readonly Dictionary<int, RemoteReplica> _followers = [];
    private volatile PartitionRole _role = PartitionRole.None;
    private volatile PartitionLog? _log;
    private IReadOnlyList<int>? _requestedIsr;

    internal Partition(TopicPartition topicPartition, Uuid topicId, PartitionServices services)
    {
        TopicPartition = topicPartition;
        TopicId = topicId;
        _services = services;
        Metrics = services.Metrics.Topics.Enter(topicPartition.Topic);
    }

    /// <summary>Topic and index.</summary>
    public TopicPartition TopicPartition { get; }

    /// <summary>The topic's id.</summary>
    public Uuid TopicId { get; }

    /// <summary>The log, or null while it is being opened.</summary>
    public PartitionLog? Log => _log;

    /// <summary>Whether this broker leads the partition and can serve it.</summary>
    public bool IsLeader => _role.IsLeader && _log is not null;

    /// <summary>The leader epoch.</summary>
    public int LeaderEpoch => _role.LeaderEpoch;

    /// <summary>The leader, -1 for none.</summary>
    public int LeaderId => _role.LeaderId;

    /// <summary>The replicas in sync, as the controller has confirmed them.</summary>
    public IReadOnlyList<int> Isr => _role.Isr;

    /// <summary>What is counted of the topic.</summary>
    public TopicMetrics Metrics { get; }

    /// <summary>How many replicas the partition has; 0 while it is not known.</summary>
    public int ReplicaCount => _role.ReplicaCount;

    /// <summary>How many of them <c>min.insync.replicas</c> wants in sync.</summary>
    public int WantedInSync => MinInSyncReplicas(_role);

    /// <summary>The requests that wait for this partition.</summary>
    public ParkedRequests Parked { get; } = new();

    /// <summary>
    /// Checks that this broker leads the partition in the epoch that a client believes in: NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH,
    /// UNKNOWN_LEADER_EPOCH (KIP-320).
    /// </summary>
    /// <param name="currentLeaderEpoch">The client's epoch, -1 when it names none.</param>
    public ErrorCode CheckLeader(int currentLeaderEpoch = -1)
    {
        var role = _role;
        if (currentLeaderEpoch >= 0 && currentLeaderEpoch < role.LeaderEpoch)
        {
            return ErrorCode.FencedLeaderEpoch;
        }

        if (currentLeaderEpoch > role.LeaderEpoch)
        {
            return ErrorCode.UnknownLeaderEpoch;
        }

        return role.IsLeader && _log is not null ? ErrorCode.None : ErrorCode.NotLeaderOrFollower;
    }

    /// <summary>Appends one batch as the leader; it is changed in place.</summary>
    /// <param name="records">The batch.</param>
    /// <param name="requireMinIsr">Whether to refuse when fewer than <c>min.insync.replicas</c> are in sync (acks=all).</param>
    /// <param name="origin">Who appends.</param>
    /// <exception cref="LogStoreException">The batch could not be written; nothing of it counts.</exception>
    public LogAppendResult Append(Memory<byte> records, bool requireMinIsr, AppendOrigin origin = AppendOrigin.Client)
    {
        try
        {
            var result = AppendUncounted(records, requireMinIsr, origin);
            Metrics.OnAppend(result, records.Length);
            return result;
        }
        catch (LogStoreException)
        {
            Metrics.OnAppendFailed();
            throw;
        }
    }

    private LogAppendResult AppendUncounted(Memory<byte> records, bool requireMinIsr, AppendOrigin origin)
    {
        var role = _role;
        if (!role.IsLeader || _log is not { } log)
        {
            return new LogAppendResult { Error = ErrorCode.NotLeaderOrFollower };
        }

        if (requireMinIsr && role.Isr.Count < MinInSyncReplicas(role))
        {
            return new LogAppendResult
            {
                Error = ErrorCode.NotEnoughReplicas,
                Message = $"The size of the current ISR : {role.Isr.Count} is insufficient to satisfy the min.isr requirement of {MinInSyncReplicas(role)} for partition {TopicPartition}",
            };
        }

        var result = log.AppendAsLeader(records, role.LeaderEpoch, origin);
        if (result.Error == ErrorCode.NotLeaderOrFollower && _log is { } current && current != log)
        {
            // A copy in another directory has taken the log's place meanwhile.
            result = current.AppendAsLeader(records, role.LeaderEpoch, origin);
        }

        if (result.Error == ErrorCode.None && !result.IsDuplicate && !AdvanceHighWatermark())
        {
            // The high watermark waits for followers; those that fetch up to the end of the log have something new.
            Parked.CheckAll();
        }

        return result;
    }

    /// <summary>
    /// Whether all that was appended below an offset is where acks=all asks for it: NONE; NOT_ENOUGH_REPLICAS_AFTER_APPEND when too few were in sync by
    /// then; null while it is not.
    /// </summary>
    public ErrorCode? CheckReplicated(long endOffset)
    {
        var role = _role;
        if (!role.IsLeader || _log is not { } log)
        {
            return ErrorCode.NotLeaderOrFollower;
        }

        if (log.HighWatermark < endOffset)
        {
            return null;
        }

        return role.Isr.Count < MinInSyncReplicas(role) ? ErrorCode.NotEnoughReplicasAfterAppend : ErrorCode.None;
    }

    /// <summary>
    /// The lowest start of the logs that count: this one and those of the followers that are alive. What lies below it is gone everywhere (KIP-107).
    /// -1 where this broker does not lead.
    /// </summary>
    public long LowWatermark
    {
        get
        {
            if (_log is not { } log)
            {
                return -1;
            }

            lock (_lock)
            {
                if (!_role.IsLeader)
                {
                    return -1;
                }

                var lowest = log.LogStartOffset;
                foreach (var follower in _followers.Values)
                {
                    if (follower.LogStartOffset < lowest && _services.Cluster.IsAlive(follower.BrokerId))
                    {
                        lowest = follower.LogStartOffset;
                    }
                }

                return lowest;
            }
        }
    }

    /// <summary>
    /// Deletes the records below an offset: the log starts there at once, the followers' follow. NOT_LEADER_OR_FOLLOWER; POLICY_VIOLATION where the topic
    /// is compacted and never deletes; OFFSET_OUT_OF_RANGE beyond the high watermark (KIP-107).
    /// </summary>
    /// <param name="offset">First offset that stays; -1 stands for the high watermark, and is replaced by it.</param>
    /// <exception cref="Spi.Storage.LogStoreException">The disk refused.</exception>
    public ErrorCode DeleteRecords(ref long offset)
    {
        if (!_role.IsLeader || _log is not { } log)
        {
            return ErrorCode.NotLeaderOrFollower;
        }

        if (log.Config is { IsDeleted: false, IsCompacted: true })
        {
            return ErrorCode.PolicyViolation;
        }

        if (offset == UpToHighWatermark)
        {
            offset = log.HighWatermark;
        }

        return offset < 0 ? ErrorCode.OffsetOutOfRange : log.MaybeIncrementLogStartOffset(offset, "client record deletion");
    }

    /// <summary>A follower fetched: what it has may complete a batch, and it may have caught up.</summary>
    /// <returns>False when it is no replica of this partition.</returns>
    public bool OnFollowerFetch(int brokerId, long fetchOffset, long logStartOffset)
    {
        if (_log is not { } log)
        {
            return false;
        }

        var hasDeletedMore = false;
        lock (_lock)
        {
            if (!_role.IsLeader || !_followers.TryGetValue(brokerId, out var follower))
            {
                return false;
            }

            hasDeletedMore = follower.LogStartOffset < logStartOffset;
            follower.OnFetch(fetchOffset, logStartOffset, _services.NowMs, log.LogEndOffset);
        }

        MaybeExpandIsr(brokerId);
        if (!AdvanceHighWatermark() && hasDeletedMore)
        {
            // A deletion of records may have waited for this follower.
            Parked.CheckAll();
        }

        return true;
    }

    /// <summary>Asks for an ISR without the followers that have fallen behind (<c>replica.lag.time.max.ms</c>).</summary>
    public void MaybeShrinkIsr()
    {
        if (_log is not { } log)
        {
            return;
        }

        lock (_lock)
        {
            var role = _role;
            if (role.IsLeader)
            {
                var inSync = role.Isr.Where(id => id == _services.BrokerId
                    || (_followers.TryGetValue(id, out var follower) && follower.IsCaughtUp(log.LogEndOffset, _services.NowMs, _services.MaxLagMs))).ToList();
                if (inSync.Count < role.Isr.Count)
                {
                    _services.Metrics.IsrShrinks.Increment();
                    RequestIsr(role, inSync);
                }
            }
        }
    }

    /// <summary>Where a leader epoch ends in this log.</summary>
    public EpochEndOffset EndOffsetForEpoch(int leaderEpoch) => _log?.EndOffsetForEpoch(leaderEpoch) ?? EpochEndOffset.Undefined;

    /// <inheritdoc/>
    void ILogListener.OnHighWatermarkUpdated(PartitionLog log, long highWatermark)
    {
        Parked.CheckAll();
        HighWatermarkAdvanced?.Invoke(highWatermark);
    }

    /// <summary>Raised with the new high watermark, on the thread that moved it, with no lock held.</summary>
    internal event Action<long>? HighWatermarkAdvanced;

    /// <summary>The log is open.</summary>
    internal void Attach(PartitionLog log)
    {
        if (_log is null)
        {
            log.AddListener(this);
            _log = log;
        }
    }

    /// <summary>A copy of the log in another directory takes its place; called with appends held back.</summary>
    internal void Replace(PartitionLog log)
    {
        _log?.RemoveListener(this);
        log.AddListener(this);
        _log = log;
    }

    /// <summary>This broker leads the partition, or goes on leading it with another ISR.</summary>
    internal void BecomeLeader(PartitionRegistration registration)
    {
        var log = _log ?? throw new InvalidOperationException($"{TopicPartition} has no log.");
        lock (_lock)
        {
            var newEpoch = registration.LeaderEpoch > _role.LeaderEpoch || !_role.IsLeader;
            _requestedIsr = null;
            var isr = registration.Isr.AsSpan().ToArray();
            foreach (var id in registration.Replicas)
            {
                if (id != _services.BrokerId && (!_followers.TryGetValue(id, out var follower) || newEpoch))
                {
                    _followers[id] = follower = new RemoteReplica(id);
                    follower.Reset(_services.NowMs, isr.Contains(id));
                }
            }

            foreach (var gone in _followers.Keys.Where(id => !registration.Replicas.Contains(id)).ToList())
            {
                _followers.Remove(gone);
            }

            if (newEpoch)
            {
                log.AssignEpochStartOffset(registration.LeaderEpoch, log.LogEndOffset);
            }

            _role = new PartitionRole(registration.Leader, registration.LeaderEpoch, registration.PartitionEpoch, isr, registration.Replicas.Count, IsLeader: true);
        }

        AdvanceHighWatermark();
    }

    /// <summary>Another broker leads the partition, or none: requests that wait here are sent there.</summary>
    internal void BecomeFollower(PartitionRegistration registration)
    {
        lock (_lock)
        {
            _followers.Clear();
            _requestedIsr = null;
            _role = new PartitionRole(
                registration.Leader, registration.LeaderEpoch, registration.PartitionEpoch, registration.Isr.AsSpan().ToArray(), registration.Replicas.Count, IsLeader: false);
        }

        Parked.EndAll();
    }

    /// <summary>The partition is gone from this broker.</summary>
    internal void Remove()
    {
        lock (_lock)
        {
            _role = PartitionRole.None;
            _followers.Clear();
        }

        _services.Metrics.Topics.Leave(Metrics);
        _log?.RemoveListener(this);
        Parked.EndAll();
    }

    private int MinInSyncReplicas(PartitionRole role) => Math.Min(_services.MinInSyncReplicas(TopicPartition.Topic), role.ReplicaCount);

    /// <summary>The high watermark is the lowest log end of the replicas in sync; one that is joining them counts too.</summary>
    private bool AdvanceHighWatermark()
    {
        var log = _log;
        var advanced = false;
        while (log is not null)
        {
            advanced = AdvanceHighWatermark(log);
            if (_log == log)
            {
                break;
            }

            // A copy in another directory has taken its place, and knows of the high watermark only what the log knew at that moment.
            log = _log;
        }

        return advanced;
    }

    private bool AdvanceHighWatermark(PartitionLog log)
    {
        long lowest;
        lock (_lock)
        {
            if (!_role.IsLeader)
            {
                return false;
            }

            lowest = log.LogEndOffset;
            foreach (var id in _requestedIsr ?? _role.Isr)
            {
                if (_followers.TryGetValue(id, out var follower))
                {
                    lowest = Math.Min(lowest, follower.LogEndOffset);
                }
            }
        }

        return lowest >= 0 && log.MaybeIncrementHighWatermark(lowest);
    }

    private void MaybeExpandIsr(int brokerId)
    {
        lock (_lock)
        {
            var role = _role;
            if (role.IsLeader
                && !role.Isr.Contains(brokerId)
                && _log is { } log
                && _followers.TryGetValue(brokerId, out var follower)
                && follower.LogEndOffset >= log.HighWatermark)
            {
                _services.Metrics.IsrExpands.Increment();
                RequestIsr(role, [.. role.Isr, brokerId]);
            }
        }
    }

    private void RequestIsr(PartitionRole role, IReadOnlyList<int> isr)
    {
        if (_requestedIsr is not null)
        {
            return;
        }

        // Until it is answered, a batch counts as replicated only when all of both have it.
        _requestedIsr = [.. role.Isr.Union(isr)];
        _services.IsrChanges.Request(TopicPartition, TopicId, role.LeaderEpoch, role.PartitionEpoch, isr, () =>
        {
            lock (_lock)
            {
                _requestedIsr = null;
            }

            AdvanceHighWatermark();
        });
    }
}
