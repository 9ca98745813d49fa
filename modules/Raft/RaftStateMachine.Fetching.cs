using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;

namespace Kafka.Modular.Raft;

/// <content>The leader's side of Fetch and FetchSnapshot (KIP-595, KIP-630, KIP-1166).</content>
internal sealed partial class RaftStateMachine
{
    private void HandleFetch(long requestId, FetchCall call)
    {
        if (call.MaxWaitMs < 0
            || call.FetchOffset < 0
            || call.LastFetchedEpoch < 0
            || call.LastFetchedEpoch > call.CurrentLeaderEpoch
            || (_state is LeaderState && call.Replica.Id == _settings.NodeId))
        {
            Reply(requestId, Fill(new FetchReply()) with { Error = ErrorCode.InvalidRequest });
            return;
        }

        AnswerFetch(requestId, call, mayPark: call.MaxWaitMs > 0, _now + call.MaxWaitMs);
    }

    private void AnswerFetch(long requestId, FetchCall call, bool mayPark, long deadline)
    {
        var error = ValidateLeaderRequest(call.CurrentLeaderEpoch);
        if (error != ErrorCode.None)
        {
            Reply(requestId, Fill(new FetchReply()) with { Error = error });
            return;
        }

        var leader = (LeaderState)_state;
        var validity = ValidateFetch(call);
        if (validity.Kind == OffsetValidityKind.Valid
            && leader.ReplicaFetched(call.Replica, call.FetchOffset, _log.EndOffset, _now))
        {
            LeaderHighWatermarkMoved(leader);
        }

        // The move of the high watermark may have ended this leadership: the last voter to commit the leader's own removal.
        var reply = Fill(new FetchReply()) with { HighWatermark = leader.HighWatermark ?? -1, LogStartOffset = _log.StartOffset };
        switch (validity.Kind)
        {
            case OffsetValidityKind.Diverging:
                Reply(requestId, reply with { Diverging = validity.At });
                break;
            case OffsetValidityKind.Snapshot:
                Reply(requestId, reply with { SnapshotId = validity.At });
                break;
            case OffsetValidityKind.Valid when call.FetchOffset < _log.EndOffset:
                _outputs.Add(new SendFetchReply(requestId, reply, call.FetchOffset, call.MaxBytes));
                break;
            case OffsetValidityKind.Valid when mayPark && call.HighWatermark >= reply.HighWatermark:
                _parked.Park(requestId, call, deadline);
                break;
            default:
                // The follower learns the new high watermark at once (KIP-1166).
                Reply(requestId, reply);
                break;
        }
    }

    private OffsetValidity ValidateFetch(FetchCall call)
    {
        // A replica that has nothing gets the snapshot rather than the whole log.
        if (call.FetchOffset == 0 && _log.LatestSnapshot is { } latest && latest.Id != OffsetAndEpoch.Bootstrap)
            return new(OffsetValidityKind.Snapshot, latest.Id);
        return _log.Validate(call.FetchOffset, call.LastFetchedEpoch);
    }

    private void CompleteFetches(Func<ParkedFetch, bool> which)
    {
        foreach (var parked in _parked.Take(which))
            AnswerFetch(parked.RequestId, parked.Call, mayPark: false, parked.Deadline);
    }

    private void HandleFetchSnapshot(long requestId, FetchSnapshotCall call)
    {
        var error = ValidateLeaderRequest(call.CurrentLeaderEpoch);
        if (error != ErrorCode.None)
        {
            Reply(requestId, Fill(new FetchSnapshotReply()) with { Error = error });
            return;
        }

        if (_log.FindSnapshot(call.SnapshotId) is not { } snapshot || snapshot.Id == OffsetAndEpoch.Bootstrap)
        {
            Reply(requestId, Fill(new FetchSnapshotReply()) with { Error = ErrorCode.SnapshotNotFound });
            return;
        }

        if (call.Position < 0 || call.Position >= snapshot.Size)
        {
            Reply(requestId, Fill(new FetchSnapshotReply()) with { Error = ErrorCode.PositionOutOfRange });
            return;
        }

        // Loading a snapshot takes many fetch timeouts; the leader must not resign over it.
        ((LeaderState)_state).VoterFetched(call.Replica, _now);
        var reply = Fill(new FetchSnapshotReply()) with { SnapshotId = snapshot.Id, Size = snapshot.Size, Position = call.Position };
        _outputs.Add(new SendSnapshotReply(requestId, reply, call.MaxBytes));
    }
}
