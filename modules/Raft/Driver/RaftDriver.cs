using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Raft.Driver;

/// <summary>
/// Runs this node's replica of the metadata quorum on an event loop: does its I/O, tells its listeners what is committed and who leads, and takes the
/// leader's appends. Members may be called from any thread unless they say otherwise.
/// </summary>
public sealed class RaftDriver : IAsyncDisposable, IRaftReplicaOwner
{
    private static readonly TimeSpan CleaningPeriod = TimeSpan.FromMinutes(1);

    private readonly RaftParts _parts;
    private readonly RaftSettings _settings;
    private readonly IEventLoop _loop;
    private readonly ILogger _logger;
    private readonly AppendQueue _appends;
    private readonly CommitWaiters _waiters = new();
    private readonly RequestTable _requests;
    private readonly List<ListenerContext> _listeners = [];
    private readonly Action _flush;
    private readonly Action _drain;
    private readonly WakeTimer _wake;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _shutDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<long, TaskCompletionSource<(ErrorCode, string?)>> _upgrades = [];
    private RaftReplica? _replica;
    private LeaderChanged _leader = new(LeaderAndEpoch.Unknown, -1);
    private volatile RaftStatus _status;
    private long _lastUpgradeId;
    private bool _isFlushPosted;
    private bool _hasFaulted;

    /// <summary>Creates a driver that does nothing before <see cref="StartAsync"/>.</summary>
    public RaftDriver(RaftParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        _parts = parts;
        _settings = parts.Settings;
        _loop = parts.Loop;
        _logger = parts.Logger;
        _appends = new(_settings.MaxBatchBytes, parts.Time);
        _requests = new(parts, Post, Handle, _stopping.Token);
        _flush = Flush;
        _drain = Drain;
        _wake = new(() => Guarded(() => Handle(new TimePassed())));
        _status = new("unattached", LeaderAndEpoch.Unknown, -1, default, null, _settings.StaticVoters, 0);
    }

    /// <summary>The state of the quorum as this node sees it; may be a moment old.</summary>
    public RaftStatus Status => _status;

    /// <summary>The offset that the next append gets while this node leads; a control record of the quorum may take it first.</summary>
    public long NextAppendOffset => _appends.NextOffset;

    /// <summary>
    /// Reads log, snapshot and quorum-state and takes up the role that follows. A quorum of one leads when this completes, and what it appends is committed as
    /// soon as it is flushed.
    /// </summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="InvalidDataException">One of them is corrupt.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var preparation = RaftReplica.PrepareAsync(_parts.Log, _parts.Snapshots);
        return preparation.IsCompletedSuccessfully ? StartAsync() : PrepareAndStartAsync();

        async Task PrepareAndStartAsync()
        {
            await preparation;
            await StartAsync();
        }

        Task StartAsync() => _loop.PostAsync(Start, cancellationToken);

        void Start()
        {
            _replica = RaftReplica.Open(
                _settings, _parts.Log, _parts.Snapshots, _parts.QuorumState, this, _parts.Time, _parts.Random);
            var log = _replica.Machine.Log;
            _logger.Starting(
                _settings.NodeId, log.StartOffset, log.EndOffset, log.LastEpoch, _replica.Machine.Configuration.Voters.ToString());
            Handle(new Started());
            ScheduleCleaning();
        }
    }

    /// <summary>Adds a listener; it is given everything committed from the latest snapshot on, then what follows.</summary>
    public void Register(IRaftListener listener) => Post(() =>
    {
        var context = new ListenerContext(listener, _parts.Log, _parts.Snapshots, Wake);
        _listeners.Add(context);
        Deliver(context);
    });

    /// <summary>Removes a listener; it may be called a last time while this is under way.</summary>
    public void Unregister(IRaftListener listener) => Post(() => _listeners.RemoveAll(context => ReferenceEquals(context.Listener, listener)));

    /// <summary>
    /// Appends encoded metadata records as one batch, all or none, and gives their offsets at once. It is committed when a majority has flushed it, or lost when
    /// leadership ends before.
    /// </summary>
    /// <param name="epoch">The epoch that this node was told to lead.</param>
    /// <param name="records">Encoded records, at least one; they are copied.</param>
    public RaftAppendResult TryAppend(int epoch, IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentOutOfRangeException.ThrowIfZero(records.Count);
        var result = _appends.TryAppend(epoch, records, out var mustDrain);
        if (mustDrain)
            Post(_drain);
        return result;
    }

    /// <summary>
    /// Waits until the record at an offset is committed: NONE, or NOT_LEADER_OR_FOLLOWER when this node stopped leading <paramref name="epoch"/> before, so that
    /// the record may be lost.
    /// </summary>
    public async ValueTask<ErrorCode> WhenCommittedAsync(long offset, int epoch, CancellationToken cancellationToken)
    {
        if (_status.HighWatermark > offset && _status.Leader == new LeaderAndEpoch(_settings.NodeId, epoch))
            return ErrorCode.None;
        var committed = await _loop.PostAsync(() => WhenCommitted(offset, epoch), cancellationToken);
        return await committed.WaitAsync(cancellationToken);
    }

    /// <summary>Gives up the leadership of an epoch: the controller could not apply what it must, or the node stops. Another epoch is left alone.</summary>
    public void Resign(int epoch) => Post(() => Handle(new ResignRequested(epoch)));

    /// <summary>
    /// Begins a snapshot of everything below <paramref name="id"/>'s offset; null when it is not committed or not in the log any more, or a snapshot at or after
    /// it exists.
    /// </summary>
    /// <param name="id">An end offset that follows a batch, and the epoch of that batch.</param>
    /// <param name="lastContainedLogTimestamp">Timestamp of the last batch, milliseconds since 1970 UTC.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public Task<RaftSnapshotWriter?> CreateSnapshotAsync(OffsetAndEpoch id, long lastContainedLogTimestamp, CancellationToken cancellationToken) =>
        _loop.PostAsync(() => CreateSnapshot(id, lastContainedLogTimestamp), cancellationToken);

    /// <summary>
    /// Finalizes a higher <c>kraft.version</c>: NONE once it is proposed; NOT_CONTROLLER, INVALID_UPDATE_VERSION with a message otherwise.
    /// </summary>
    public async Task<(ErrorCode Error, string? Message)> UpgradeKRaftVersionAsync(
        int epoch, short version, bool validateOnly, CancellationToken cancellationToken)
    {
        var answer = await _loop.PostAsync(
            () =>
            {
                var id = ++_lastUpgradeId;
                var completion = new TaskCompletionSource<(ErrorCode, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_hasFaulted || _replica is null)
                    return Task.FromResult<(ErrorCode, string?)>((ErrorCode.NotController, null));
                _upgrades[id] = completion;
                Guarded(() => Handle(new UpgradeRequested(id, epoch, version, validateOnly)));
                return completion.Task;
            },
            cancellationToken);
        return await answer.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Answers a quorum request: Vote, BeginQuorumEpoch, EndQuorumEpoch, Fetch, FetchSnapshot, DescribeQuorum, UpdateRaftVoter, AddRaftVoter or RemoveRaftVoter.
    /// A fetch may wait. Errors are in the response, BROKER_NOT_AVAILABLE once the driver has stopped.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="listenerName">Listener that it came in on: the leader's endpoint in the response is the one of that name.</param>
    /// <param name="cancellationToken">The connection is gone.</param>
    public Task<IResponse> HandleAsync(IRequest request, string listenerName, CancellationToken cancellationToken) =>
        _requests.HandleAsync(request, listenerName, cancellationToken);

    /// <summary>Leaves the quorum: a leader resigns and waits, at most until the deadline, for another to be elected.</summary>
    public async Task StopAsync(TimeSpan deadline)
    {
        Post(() => Handle(new ShutdownRequested()));
        try
        {
            await _shutDown.Task.WaitAsync(deadline, _parts.Time);
        }
        catch (TimeoutException)
        {
            // The others will notice by their fetch timeouts.
        }

        await DisposeAsync();
    }

    /// <summary>Stops at once, flushes the log and fails whoever waits. The loop goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isPosted = _loop.Post(() =>
        {
            try
            {
                Close();
            }
            finally
            {
                closed.SetResult();
            }
        });
        if (isPosted)
            await closed.Task;
        await _stopping.CancelAsync();
        _stopping.Dispose();
    }

    void IRaftReplicaOwner.Send(long correlationId, RaftNode destination, RaftRequest request) =>
        _requests.Send(correlationId, destination, request);

    void IRaftReplicaOwner.Reply(long requestId, RaftReply reply) => _requests.Reply(requestId, reply, ToUnixMilliseconds);

    void IRaftReplicaOwner.FlushRequested()
    {
        // Whatever waits on the loop before this is flushed with it.
        if (_isFlushPosted)
            return;
        _isFlushPosted = true;
        Post(_flush);
    }

    void IRaftReplicaOwner.Await(ValueTask work, Action onDone) => _ = AwaitAsync(work, onDone);

    void IRaftReplicaOwner.Notified(RaftOutput output)
    {
        switch (output)
        {
            case HighWatermarkAdvanced advanced:
                _waiters.Committed(advanced.Offset);
                break;
            case LeaderChanged changed:
                _leader = changed;
                _logger.LeaderChanged(changed.Leader.Epoch, changed.Leader.LeaderId);
                break;
            case AppendsOpened opened:
                _appends.Open(opened.Epoch, opened.NextOffset);
                break;
            case AppendsClosed:
                _appends.Close();
                _waiters.FailAll(ErrorCode.NotLeaderOrFollower);
                break;
            case ProposeControlRecords propose:
                if (_appends.TryAppendControl(propose.Epoch, propose.Records, out var mustDrain) && mustDrain)
                    Post(_drain);
                break;
            case UpgradeAnswered answered:
                _upgrades.Remove(answered.RequestId, out var upgrade);
                upgrade?.SetResult((answered.Error, answered.Message));
                break;
            case StateChanged changed:
                _logger.StateChanged(_settings.NodeId, changed.From, changed.To, changed.Epoch, changed.Reason);
                break;
            case ProtocolViolated violated:
                _logger.ProtocolViolated(violated.Message);
                break;
            case Failed failed:
                throw new RaftFailedException(failed.Message);
            case ShutdownCompleted:
                _shutDown.TrySetResult();
                break;
        }
    }

    private long ToUnixMilliseconds(long now) =>
        now < 0 ? -1 : _parts.Time.GetUtcNow().ToUnixTimeMilliseconds() - (_replica!.Now - now);

    private void Post(Action work)
    {
        if (!_loop.Post(() => Guarded(work)))
            _requests.RefuseAll();
    }

    private void Guarded(Action work)
    {
        if (_hasFaulted)
            return;
        try
        {
            work();
        }
        catch (Exception fault)
        {
            Fault(fault);
        }
    }

    private void Handle(RaftEvent input)
    {
        if (_replica is null || _hasFaulted)
            return;
        _replica.Handle(input);
        Publish();
    }

    private void Publish()
    {
        // The state machine is ahead of the log until the log is cut.
        if (_replica!.IsTruncating)
            return;
        PublishStatus();
        foreach (var listener in _listeners.ToArray())
            Deliver(listener);
        var delay = _replica.NextDeadline == long.MaxValue ? long.MaxValue : _replica.NextDeadline - _replica.Now;
        if (delay == long.MaxValue)
            _loop.Cancel(_wake);
        else
            _loop.Schedule(_wake, TimeSpan.FromMilliseconds(Math.Max(0, delay)));
    }

    private void Flush()
    {
        _isFlushPosted = false;
        if (_replica is null || _hasFaulted)
            return;
        _replica.Flush();
        Publish();
    }

    private void Drain()
    {
        foreach (var batch in _appends.Drain())
            _replica!.Handle(new AppendRequested(batch));
        Handle(new TimePassed());
    }

    private async Task AwaitAsync(ValueTask work, Action onDone)
    {
        Exception? fault = null;
        try
        {
            await work;
        }
        catch (Exception caught)
        {
            fault = caught;
        }

        Post(() =>
        {
            if (fault is not null)
            {
                Fault(fault);
                return;
            }

            onDone();
            Publish();
        });
    }

    private void PublishStatus()
    {
        var machine = _replica!.Machine;
        _status = new(
            machine.State is FollowerState && !machine.IsVoter ? "observer" : machine.State.Name,
            _leader.Leader,
            machine.CommittedOffset,
            machine.Log.End,
            machine.Log.LatestSnapshot?.Id,
            machine.Configuration.Voters,
            machine.Configuration.KRaftVersion);
    }

    private void Deliver(ListenerContext context)
    {
        if (_replica is { IsTruncating: false } replica)
            context.Deliver(replica.Machine.CommittedOffset, replica.Machine.Log, _leader.Leader, _leader.EpochStartOffset);
    }

    private void Wake(ListenerContext context)
    {
        if (_loop.IsOnLoop)
            Guarded(Resume);
        else
            Post(Resume);

        void Resume()
        {
            context.Resume();
            Deliver(context);
        }
    }

    private Task<ErrorCode> WhenCommitted(long offset, int epoch)
    {
        if (_hasFaulted || _leader.Leader != new LeaderAndEpoch(_settings.NodeId, epoch))
            return Task.FromResult(ErrorCode.NotLeaderOrFollower);
        return _replica!.Machine.CommittedOffset > offset ? Task.FromResult(ErrorCode.None) : _waiters.Wait(offset);
    }

    private RaftSnapshotWriter? CreateSnapshot(OffsetAndEpoch id, long lastContainedLogTimestamp)
    {
        if (_hasFaulted || _replica is not { IsTruncating: false, Machine: var machine })
            return null;
        if (id.Offset > machine.CommittedOffset
            || id.Offset <= machine.Log.StartOffset
            || machine.Log.LatestSnapshot is { } latest && latest.Id.Offset >= id.Offset
            || machine.Log.EpochBefore(id.Offset) != id.Epoch)
        {
            return null;
        }

        var configuration = machine.Configuration;
        return new(
            _parts.Snapshots.Create(id),
            id,
            lastContainedLogTimestamp,
            configuration.KRaftVersionAt(id.Offset - 1),
            configuration.VotersAt(id.Offset - 1),
            _parts.Time,
            info => Post(() => Handle(new SnapshotCreated(info))));
    }

    private void ScheduleCleaning() => _loop.Schedule(CleaningPeriod, () => Guarded(() =>
    {
        Clean();
        ScheduleCleaning();
    }));

    private void Clean()
    {
        if (_replica!.IsTruncating)
            return;
        var log = _replica.Machine.Log;
        var keep = SnapshotRetention.OldestToKeep(
            [.. log.Snapshots], _parts.Log.SizeInBytes, _settings.MaxRetentionBytes, _settings.MaxRetentionMs, _parts.Time.GetUtcNow());
        if (keep is not { } id)
            return;
        _replica.DeleteBefore(id);
        _logger.Cleaned(id.ToString());
        PublishStatus();
    }

    private void Fault(Exception fault)
    {
        if (_hasFaulted)
            return;
        _hasFaulted = true;
        if (fault is RaftFailedException)
            _logger.Failed(_settings.NodeId, fault.Message);
        else
            _logger.Faulted(fault, _settings.NodeId);
        Abandon();
        _parts.OnFault(fault);
    }

    private void Close()
    {
        if (_hasFaulted)
            return;
        _hasFaulted = true;
        Abandon();
        if (_replica is not null)
            _parts.Log.Flush();
    }

    private void Abandon()
    {
        _appends.Close();
        _loop.Cancel(_wake);
        _waiters.FailAll(ErrorCode.NotLeaderOrFollower);
        _requests.RefuseAll();
        foreach (var upgrade in _upgrades.Values)
            upgrade.TrySetResult((ErrorCode.NotController, null));
        _upgrades.Clear();
        _replica?.Dispose();
        _shutDown.TrySetResult();
    }

    private sealed class WakeTimer(Action wake) : TimerEntry
    {
        protected override void OnExpired() => wake();
    }
}
