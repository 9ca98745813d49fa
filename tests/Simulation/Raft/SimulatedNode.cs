using System.Buffers.Binary;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Raft;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Tests.Support;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Simulation.Tests.Raft;

/// <summary>One node: its disk, and while it runs its replica and a state machine that applies what is committed.</summary>
internal sealed class SimulatedNode(SimulatedCluster cluster, RaftSettings settings, SimulationOptions options, VirtualTime time, RandomSource random)
    : IRaftReplicaOwner, IDisposable
{
    private readonly Dictionary<long, (SimulatedNode? Sender, Action<RaftReply> Deliver)> _requests = [];
    private RaftReplica? _replica;
    private long _lastRequestId;
    private int _incarnation;
    private bool _isFlushScheduled;
    private long _wakeAt = long.MaxValue;
    private int _appendEpoch = -1;
    private long _nextAppendOffset;

    public int Id => settings.NodeId;

    public ReplicaKey Key => new(settings.NodeId, settings.DirectoryId);

    public RaftSettings Settings => settings;

    public InMemoryRaftLog Log { get; } = new();

    public InMemorySnapshotStore Snapshots { get; } = new() { Time = time };

    public InMemoryQuorumStateStore QuorumState { get; } = new();

    public bool IsUp => _replica is not null;

    public RaftStateMachine? Machine => _replica?.Machine;

    public bool AcceptsAppends => _appendEpoch >= 0;

    /// <summary>Everything below is applied to the state machine.</summary>
    public long Applied { get; private set; }

    public ulong Digest { get; private set; }

    public void Start()
    {
        _incarnation++;
        _requests.Clear();
        _isFlushScheduled = false;
        _appendEpoch = -1;
        _wakeAt = long.MaxValue;
        (Applied, Digest) = (-1, 0);
        Log.Truncation = null;
        if (!RaftReplica.PrepareAsync(Log, Snapshots).AsTask().IsCompletedSuccessfully)
            throw new SimulationFailure($"Node {Id} waits at its start");
        Log.Truncation = () => random.Next(2) == 0 ? ValueTask.CompletedTask : new ValueTask(new TaskCompletionSource().Task);
        _replica = RaftReplica.Open(settings, Log, Snapshots, QuorumState, this, time, new SeededRandomSource(random.NextUInt64()));
        Handle(new Started());
    }

    public void Crash(bool losesPower)
    {
        _incarnation++;
        _replica!.Dispose();
        _replica = null;
        if (losesPower)
            Log.LosePower();
    }

    public void Handle(RaftEvent input)
    {
        if (_replica is null)
            return;
        cluster.Trace($"{Id} << {Describe(input)}");
        _replica.Handle(input);
        ScheduleWake();
    }

    /// <summary>Takes a request; the reply goes to <paramref name="deliver"/>, if one ever comes.</summary>
    public void Request(SimulatedNode? sender, RaftRequest request, Action<RaftReply> deliver)
    {
        if (_replica is null)
            return;
        var id = ++_lastRequestId;
        _requests[id] = (sender, deliver);
        Handle(new RequestReceived(id, request));
    }

    /// <summary>Appends a batch of records as the leader's client.</summary>
    public void Append(int records, long token)
    {
        var values = new ReadOnlyMemory<byte>[records];
        for (var i = 0; i < records; i++)
        {
            var value = new byte[12];
            BinaryPrimitives.WriteInt64BigEndian(value, token);
            BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(8), i);
            values[i] = value;
        }

        var bytes = RaftBatchWriter.WriteData(_nextAppendOffset, _appendEpoch, time.NowMs, values);
        var batch = new RaftBatch(_nextAppendOffset, _nextAppendOffset + records - 1, _appendEpoch, bytes, []);
        _nextAppendOffset += records;
        Handle(new AppendRequested(batch));
    }

    /// <summary>Writes a snapshot of everything applied and maybe deletes what it covers.</summary>
    public void TakeSnapshot(bool cleans)
    {
        var machine = Machine!;
        var batches = RaftBatchReader.ReadBatches(Log.Read(Math.Max(Log.StartOffset, Applied - 1), 1), out _);
        if (_replica!.IsTruncating || Applied <= Log.StartOffset || batches.Count == 0 || machine.Log.Snapshots.Any(snapshot => snapshot.Id.Offset >= Applied))
            return;
        var id = new OffsetAndEpoch(Applied, batches[0].Epoch);
        var configuration = machine.Configuration;
        using (var file = Snapshots.Create(id))
        using (var writer = new RaftSnapshotWriter(
            file, id, time.NowMs, configuration.KRaftVersionAt(Applied - 1), configuration.VotersAt(Applied - 1), time, null))
        {
            var state = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(state, Digest);
            writer.Append([state]);
            writer.Complete();
        }

        Handle(new SnapshotCreated(Snapshots.List().Single(snapshot => snapshot.Id == id)));
        if (cleans)
            _replica.DeleteBefore(id);
    }

    public void Send(long correlationId, RaftNode destination, RaftRequest request)
    {
        var incarnation = _incarnation;
        cluster.Trace($"{Id} -> {destination.Endpoint.Port} #{correlationId} {request}");
        cluster.Carry(
            this,
            destination.Endpoint.Port,
            request,
            reply => OnReply(incarnation, new ReplyReceived(correlationId, destination, reply)),
            () => OnReply(incarnation, new RequestFailed(correlationId, destination)));
    }

    public void Reply(long requestId, RaftReply reply)
    {
        if (!_requests.Remove(requestId, out var request))
            throw new SimulationFailure($"Node {Id} answered request {requestId} twice");
        cluster.Trace($"{Id} => {request.Sender?.Id} {reply}");
        request.Deliver(reply);
    }

    public void FlushRequested()
    {
        if (_isFlushScheduled)
            return;
        _isFlushScheduled = true;
        var incarnation = _incarnation;
        var delay = random.Next(options.MaxFlushMs + 1);
        if (options.SlowFlushMs > 0 && random.Next(20) == 0)
            delay += random.Next(options.SlowFlushMs);
        time.After(delay, () =>
        {
            if (incarnation != _incarnation)
                return;
            _isFlushScheduled = false;
            _replica!.Flush();
            ScheduleWake();
        });
    }

    public void Await(ValueTask work, Action onDone)
    {
        var incarnation = _incarnation;
        time.After(random.Next(options.MaxFlushMs + 1), () =>
        {
            if (incarnation != _incarnation)
                return;
            onDone();
            ScheduleWake();
        });
    }

    public void Notified(RaftOutput output)
    {
        cluster.Trace($"{Id} !! {output}");
        switch (output)
        {
            case HighWatermarkAdvanced advanced:
                Apply(advanced.Offset);
                break;
            case AppendsOpened opened:
                (_appendEpoch, _nextAppendOffset) = (opened.Epoch, opened.NextOffset);
                cluster.Elected(this, opened.Epoch);
                break;
            case AppendsClosed:
                _appendEpoch = -1;
                break;
            case ProposeControlRecords propose when propose.Epoch == _appendEpoch:
                Propose(propose);
                break;
            case ProtocolViolated violated:
                throw new SimulationFailure($"Node {Id}: {violated.Message}");
            case Failed failed:
                throw new SimulationFailure($"Node {Id} failed: {failed.Message}");
        }
    }

    public void Dispose() => _replica?.Dispose();

    private static string Describe(RaftEvent input) => input is AppendRequested append
        ? $"append {append.Batch.BaseOffset}..{append.Batch.LastOffset} of epoch {append.Batch.Epoch}"
        : input.ToString();

    private void Propose(ProposeControlRecords propose)
    {
        var bytes = RaftBatchWriter.WriteControl(_nextAppendOffset, propose.Epoch, time.NowMs, propose.Records);
        var batch = new RaftBatch(_nextAppendOffset, _nextAppendOffset + propose.Records.Count - 1, propose.Epoch, bytes, propose.Records);
        _nextAppendOffset = batch.EndOffset;
        Handle(new AppendRequested(batch));
    }

    private void Apply(long highWatermark)
    {
        if (Applied < 0 || Applied < Log.StartOffset)
            LoadSnapshot();
        while (Applied < highWatermark)
        {
            foreach (var batch in RaftBatchReader.ReadBatches(Log.Read(Applied, 64 * 1024), out _))
            {
                if (batch.BaseOffset < Applied || batch.EndOffset > highWatermark)
                    break;
                Digest = cluster.History.Apply(Id, batch, Digest);
                Applied = batch.EndOffset;
            }
        }

        cluster.CheckHighWatermark(this, highWatermark);
    }

    private void LoadSnapshot()
    {
        (Applied, Digest) = (0, 0);
        if (Snapshots.List() is not { Count: > 0 } list || list[^1].Id == OffsetAndEpoch.Bootstrap)
            return;
        using var file = Snapshots.Open(list[^1].Id)!;
        using var batches = new RaftSnapshotBatches(file);
        while (batches.Next() is { } batch)
        {
            if (batch.Control.Count > 0)
                continue;
            var record = new Kafka.Modular.Protocol.Records.RecordEnumerator(View(batch));
            record.MoveNext();
            Digest = BinaryPrimitives.ReadUInt64BigEndian(record.Current.Value);
        }

        Applied = list[^1].Id.Offset;
        if (Digest != cluster.History.DigestBefore(Applied))
            throw new SimulationFailure($"Snapshot {list[^1].Id} at node {Id} holds another state than was committed");
    }

    private static Kafka.Modular.Protocol.Records.RecordBatchView View(RaftBatch batch)
    {
        Kafka.Modular.Protocol.Records.RecordBatchView.TryRead(batch.Bytes.Span, out var view);
        return view;
    }

    private void OnReply(int incarnation, RaftEvent reply)
    {
        if (incarnation == _incarnation)
            Handle(reply);
    }

    private void ScheduleWake()
    {
        // What was due meanwhile is done when the log is cut.
        if (_replica!.IsTruncating)
            return;
        var deadline = _replica.NextDeadline;
        if (deadline == long.MaxValue || deadline >= _wakeAt)
            return;
        _wakeAt = deadline;
        var incarnation = _incarnation;
        time.After(deadline - _replica.Now, () =>
        {
            if (incarnation != _incarnation || _wakeAt != deadline)
                return;
            _wakeAt = long.MaxValue;
            Handle(new TimePassed());
        });
    }
}
