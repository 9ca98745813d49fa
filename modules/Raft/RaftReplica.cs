using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <summary>
/// Carries out the effects of a <see cref="RaftStateMachine"/> on log, snapshots and stored state, and hands the others to its owner. It has no thread:
/// the owner calls it on the Raft loop, or in a simulation on virtual time.
/// </summary>
internal sealed class RaftReplica : IDisposable
{
    private const int LoadChunkBytes = 1024 * 1024;

    private readonly IRaftLog _log;
    private readonly IRaftSnapshotStore _snapshots;
    private readonly IQuorumStateStore _stateStore;
    private readonly IRaftReplicaOwner _owner;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly Queue<RaftEvent> _pending = new();
    private readonly List<RaftOutput> _outputs = [];
    private IRaftSnapshotWriter? _download;
    private int _nextOutput;
    private bool _isHandling;

    private RaftReplica(
        RaftStateMachine machine, IRaftLog log, IRaftSnapshotStore snapshots, IQuorumStateStore stateStore, IRaftReplicaOwner owner, TimeProvider time)
    {
        Machine = machine;
        _log = log;
        _snapshots = snapshots;
        _stateStore = stateStore;
        _owner = owner;
        _time = time;
        _origin = time.GetTimestamp();
    }

    /// <summary>The state machine, for reading.</summary>
    public RaftStateMachine Machine { get; }

    /// <summary>Milliseconds on the state machine's clock.</summary>
    public long Now => (long)_time.GetElapsedTime(_origin).TotalMilliseconds;

    /// <summary>When <see cref="TimePassed"/> is due, on the state machine's clock.</summary>
    public long NextDeadline => Machine.NextDeadline;

    /// <summary>
    /// True while the log is being cut: events are queued, and neither the log nor the state machine's view of it is to be relied on. Ends with a call
    /// of what <see cref="IRaftReplicaOwner.Await"/> was given.
    /// </summary>
    public bool IsTruncating { get; private set; }

    /// <summary>Makes up for a crash between completing a downloaded snapshot and emptying the log; comes before <see cref="Open"/>.</summary>
    /// <exception cref="IOException">Log or snapshots cannot be read, or the log not be emptied.</exception>
    public static ValueTask PrepareAsync(IRaftLog log, IRaftSnapshotStore snapshots) =>
        snapshots.List() is { Count: > 0 } stored && log.EndOffset < stored[^1].Id.Offset
            ? log.TruncateFullyToAsync(stored[^1].Id.Offset)
            : ValueTask.CompletedTask;

    /// <summary>Reads what is stored; the replica does nothing before it gets <see cref="Started"/>.</summary>
    /// <exception cref="IOException">Log, snapshot or quorum-state cannot be read.</exception>
    /// <exception cref="InvalidDataException">One of them is corrupt.</exception>
    public static RaftReplica Open(
        RaftSettings settings,
        IRaftLog log,
        IRaftSnapshotStore snapshots,
        IQuorumStateStore stateStore,
        IRaftReplicaOwner owner,
        TimeProvider time,
        RandomSource random)
    {
        var configuration = new QuorumConfiguration(settings.StaticVoters);
        var position = 0L;
        if (snapshots.List() is { Count: > 0 } stored)
        {
            var latest = stored[^1].Id;
            configuration.Reset(ReadControl(snapshots, latest), latest.Offset - 1);
            position = latest.Offset;
        }

        // Older ones would stand before records that are not kept; a crash may have come between.
        foreach (var older in snapshots.List().Where(snapshot => snapshot.Id.Offset < log.StartOffset).ToArray())
            snapshots.Delete(older.Id);
        var shape = new RaftLogState(log.StartOffset, log.EndOffset, log.EpochStarts, snapshots.List());
        ReadControl(log, Math.Max(position, log.StartOffset), configuration);
        var election = stateStore.Read() is { } content ? QuorumStateFile.Read(content.Span) : null;
        var machine = new RaftStateMachine(settings, shape, configuration, election, random);
        return new(machine, log, snapshots, stateStore, owner, time);
    }

    /// <summary>Takes an event and carries out all that follows from it.</summary>
    public void Handle(RaftEvent input)
    {
        _pending.Enqueue(input);
        if (!_isHandling && !IsTruncating)
            Continue();
    }

    /// <summary>Flushes the log and tells the state machine; the owner calls it some time after <see cref="IRaftReplicaOwner.FlushRequested"/>.</summary>
    public void Flush()
    {
        // Where the log ends is not known now; another flush is asked for when it is.
        if (IsTruncating)
            return;
        _log.Flush();
        Handle(new LogFlushed(_log.EndOffset));
    }

    /// <summary>Deletes what the snapshot <paramref name="id"/> makes superfluous: older snapshots and records before it.</summary>
    public void DeleteBefore(OffsetAndEpoch id)
    {
        _log.AdvanceStartTo(id.Offset);
        foreach (var snapshot in Machine.Log.Snapshots.Where(snapshot => snapshot.Id.Offset < id.Offset).ToArray())
            _snapshots.Delete(snapshot.Id);
        Handle(new LogCleaned(id));
    }

    /// <summary>Throws away a download that has not ended.</summary>
    public void Dispose() => _download?.Dispose();

    private static List<RaftControlRecord> ReadControl(IRaftSnapshotStore snapshots, OffsetAndEpoch id)
    {
        using var file = snapshots.Open(id) ?? throw new IOException($"Snapshot {id} is gone");
        var control = new List<RaftControlRecord>();
        using var batches = new RaftSnapshotBatches(file);
        // The control records that matter stand before the first data batch.
        while (batches.Next() is { Control.Count: > 0 } batch)
            control.AddRange(batch.Control);
        return control;
    }

    private static void ReadControl(IRaftLog log, long position, QuorumConfiguration configuration)
    {
        while (position < log.EndOffset)
        {
            var batches = RaftBatchReader.ReadBatches(log.Read(position, LoadChunkBytes), out var isCorrupt);
            if (isCorrupt || batches.Count == 0)
                throw new InvalidDataException($"The metadata log is corrupt at offset {position}");
            foreach (var batch in batches)
            {
                if (batch.BaseOffset >= position)
                    configuration.Apply(batch.Control, batch.BaseOffset);
            }

            position = batches[^1].EndOffset;
        }
    }

    private void Continue()
    {
        _isHandling = true;
        try
        {
            do
            {
                while (_nextOutput < _outputs.Count)
                {
                    var index = _nextOutput++;
                    if (!IsSuperseded(index))
                        Execute(_outputs[index]);
                    if (IsTruncating)
                        return;
                }

                ForgetOutputs();
                if (_pending.TryDequeue(out var next))
                    Machine.Step(next, Now, _outputs);
            }
            while (_outputs.Count > 0 || _pending.Count > 0);
        }
        catch
        {
            ForgetOutputs();
            throw;
        }
        finally
        {
            _isHandling = false;
        }
    }

    private void ForgetOutputs()
    {
        _outputs.Clear();
        _nextOutput = 0;
    }

    /// <summary>Goes on with the other outputs once the log is cut. That waits for readers and for work on its segments, hence not on the loop.</summary>
    private void Truncate(ValueTask truncation, Action onDone)
    {
        if (truncation.IsCompletedSuccessfully)
        {
            onDone();
            return;
        }

        IsTruncating = true;
        _owner.Await(truncation, () =>
        {
            IsTruncating = false;
            onDone();
            _owner.FlushRequested();
            Continue();
        });
    }

    /// <summary>
    /// True for an election state that another replaces before anything happens that depends on it: a quorum of one goes through several at its start.
    /// </summary>
    private bool IsSuperseded(int index)
    {
        if (_outputs[index] is not PersistElection)
            return false;
        for (var i = index + 1; i < _outputs.Count; i++)
        {
            if (_outputs[i] is PersistElection)
                return true;
            if (_outputs[i] is not (StateChanged or LeaderChanged { Leader.HasLeader: false }))
                return false;
        }

        return false;
    }

    private void Execute(RaftOutput output)
    {
        switch (output)
        {
            case SendFetchReply fetch:
                _owner.Reply(fetch.RequestId, fetch.Reply with { Records = _log.Read(fetch.Offset, fetch.MaxBytes) });
                break;
            case SendSnapshotReply snapshot:
                _owner.Reply(snapshot.RequestId, ReadSnapshot(snapshot));
                break;
            case AppendBatches append:
                _log.Append(append.Bytes);
                break;
            case AppendControlBatch control:
                _log.Append(RaftBatchWriter.WriteControl(control.BaseOffset, control.Epoch, _time.GetUtcNow().ToUnixTimeMilliseconds(), control.Records));
                break;
            case TruncateLog truncate:
                Truncate(_log.TruncateToAsync(truncate.EndOffset), static () => { });
                break;
            case PersistElection persist:
                _stateStore.Write(QuorumStateFile.Write(persist.Election, persist.KRaftVersion));
                break;
            case HighWatermarkAdvanced advanced:
                _log.UpdateHighWatermark(advanced.Offset);
                _owner.Notified(output);
                break;
            case BeginSnapshotDownload begin:
                _download?.Dispose();
                _download = _snapshots.Create(begin.Id);
                break;
            case AppendSnapshotBytes append:
                _download!.Append(append.Bytes);
                break;
            case InstallSnapshot install:
                Install(install.Id);
                break;
            case AbandonSnapshotDownload:
                _download?.Dispose();
                _download = null;
                break;
            case SendRequest send:
                _owner.Send(send.CorrelationId, send.Destination, send.Request);
                break;
            case SendReply reply:
                _owner.Reply(reply.RequestId, reply.Reply);
                break;
            case FlushLog:
                _owner.FlushRequested();
                break;
            default:
                _owner.Notified(output);
                break;
        }
    }

    private FetchSnapshotReply ReadSnapshot(SendSnapshotReply output)
    {
        using var file = _snapshots.Open(output.Reply.SnapshotId!.Value);
        if (file is null)
            return output.Reply with { Error = ErrorCode.SnapshotNotFound, SnapshotId = null };
        var bytes = new byte[Math.Min(output.MaxBytes, file.Size - output.Reply.Position)];
        var length = 0;
        while (length < bytes.Length && file.Read(output.Reply.Position + length, bytes.AsSpan(length)) is > 0 and var read)
            length += read;
        return output.Reply with { Bytes = bytes.AsMemory(0, length) };
    }

    private void Install(OffsetAndEpoch id)
    {
        var info = _download!.Complete();
        _download.Dispose();
        _download = null;
        List<RaftControlRecord> control;
        try
        {
            control = ReadControl(_snapshots, id);
        }
        catch (InvalidDataException)
        {
            _snapshots.Delete(id);
            _pending.Enqueue(new SnapshotRejected(id));
            return;
        }

        Truncate(_log.TruncateFullyToAsync(id.Offset), () =>
        {
            foreach (var older in _snapshots.List().Where(snapshot => snapshot.Id.Offset < id.Offset).ToArray())
                _snapshots.Delete(older.Id);
            _pending.Enqueue(new SnapshotInstalled(info, control));
        });
    }
}
