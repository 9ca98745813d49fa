using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <content>Transitions between roles. Those that change epoch, leader or vote are stored before anything else happens.</content>
internal sealed partial class RaftStateMachine
{
    private void Start()
    {
        var stored = _stored ?? new ElectionState(0, -1, null, []);
        var local = _settings.LocalKey;
        if (stored.Epoch < _log.LastEpoch)
            EnterDurably(new UnattachedState(_log.LastEpoch, -1, null, null, ElectionDeadline()), "the log is ahead of quorum-state");
        else if (stored.LeaderId == local.Id)
            EnterDurably(Resigned(stored.Epoch, []), "restart of a leader");
        else if (stored.VotedFor(local) && IsVoter)
            EnterDurably(new CandidateState(stored.Epoch, local, null, _configuration.Voters, ElectionDeadline()), "restart of a candidate");
        else if (stored.HasLeader && _configuration.Voters.EndpointsOf(stored.LeaderId) is { IsEmpty: false } endpoints)
            EnterDurably(Follower(stored.Epoch, stored.LeaderId, endpoints, stored.VotedKey), "restart");
        else
            EnterDurably(new UnattachedState(stored.Epoch, stored.LeaderId, stored.VotedKey, null, ElectionDeadline()), "start");

        // A quorum of one has nobody to wait for.
        if (_state is CandidateState)
            CandidateBegins();
        else if (IsOnlyVoter)
            BecomeProspective("only voter");
        else
            NotifyLeader();
    }

    private void BecomeUnattached(int epoch, int leaderId, string reason)
    {
        // Hearing of a higher epoch must not postpone this voter's own election, else votes asked over and over would starve it.
        var deadline = _state switch
        {
            _ when !IsVoter => long.MaxValue,
            CandidateState candidate => candidate.ElectionDeadline,
            UnattachedState unattached when unattached.ElectionDeadline != long.MaxValue => unattached.ElectionDeadline,
            ProspectiveState { Election.IsRejected: false } prospective => prospective.ElectionDeadline,
            ResignedState resigned => resigned.ElectionDeadline,
            _ => ElectionDeadline(),
        };
        var voted = epoch == _state.Epoch ? _state.VotedKey : null;
        EnterDurably(new UnattachedState(epoch, leaderId, voted, _state.HighWatermark, deadline), reason);
        NotifyLeader();
        _requests.ResetAll();
    }

    private void BecomeFollower(int epoch, int leaderId, RaftEndpoints endpoints, string reason)
    {
        var voted = epoch == _state.Epoch ? _state.VotedKey : null;
        EnterDurably(Follower(epoch, leaderId, endpoints, voted), reason);
        NotifyLeader();
        _requests.ResetAll();
    }

    private void BecomeProspective(string reason)
    {
        Enter(
            new ProspectiveState(_state, _settings.NodeId, _state.VotedKey, _configuration.Voters, ElectionDeadline()),
            reason);
        if (!TryBecomeCandidate())
            _requests.ResetAll();
    }

    private void BecomeCandidate(string reason)
    {
        EnterDurably(
            new CandidateState(_state.Epoch + 1, _settings.LocalKey, _state.HighWatermark, _configuration.Voters, ElectionDeadline()),
            reason);
        NotifyLeader();
        CandidateBegins();
    }

    private void CandidateBegins()
    {
        if (!TryBecomeLeader())
            _requests.ResetAll();
    }

    private bool TryBecomeCandidate()
    {
        if (_state is not ProspectiveState { Election.IsGranted: true })
            return false;
        BecomeCandidate("pre-vote granted");
        return true;
    }

    private bool TryBecomeLeader()
    {
        if (_state is not CandidateState { Election.IsGranted: true } candidate)
            return false;
        var leader = new LeaderState(
            _settings.LocalVoter, candidate.Epoch, _log.EndOffset, _configuration.Voters, _settings.FetchTimeoutMs, _now);
        EnterDurably(leader, "elected");
        AppendStartOfEpoch(leader, candidate.Election.Granting);
        _requests.ResetAll();
        return true;
    }

    private void BecomeResigned(LeaderState leader, string reason)
    {
        Enter(Resigned(leader.Epoch, leader.SuccessorsByProgress()), reason);
        // The client must stop at once; the next epoch may take a while to begin.
        _lastNotified = new(-1, leader.Epoch);
        _outputs.Add(new LeaderChanged(_lastNotified, -1));
        _requests.ResetAll();
    }

    /// <summary>Acts on what a request or reply says of leader and epoch.</summary>
    private void FollowNews(int leaderId, int epoch, RaftEndpoints endpoints, string reason)
    {
        if (!IsConsistentLeader(leaderId, epoch))
        {
            Violated($"{reason} names leader {leaderId} in epoch {epoch}, this node knows {_state.LeaderId} in {_state.Epoch}");
        }
        else if (epoch > _state.Epoch)
        {
            if (leaderId >= 0 && !endpoints.IsEmpty)
                BecomeFollower(epoch, leaderId, endpoints, reason);
            else
                BecomeUnattached(epoch, -1, reason);
        }
        else if (leaderId >= 0
            && leaderId != _settings.NodeId
            && !endpoints.IsEmpty
            && (_state.LeaderId < 0 || endpoints.Count > _state.LeaderEndpoints.Count))
        {
            BecomeFollower(epoch, leaderId, endpoints, reason);
        }
    }

    private bool IsConsistentLeader(int leaderId, int epoch)
    {
        if (leaderId == _settings.NodeId)
            return _state is LeaderState or ResignedState && epoch == _state.Epoch;
        return epoch != _state.Epoch || leaderId < 0 || _state.LeaderId < 0 || leaderId == _state.LeaderId;
    }

    private void EnterDurably(EpochState next, string reason)
    {
        _outputs.Add(new PersistElection(next.ToElection(_configuration.Voters.Ids), _configuration.KRaftVersion));
        Enter(next, reason);
    }

    private void Enter(EpochState next, string reason)
    {
        var previous = _state;
        _state = next;
        _pollAgain = true;
        _outputs.Add(new StateChanged(previous.Name, next.Name, next.Epoch, reason));
        if (previous is LeaderState leader)
            StopLeading(leader);
        if (previous is FollowerState { FetchingSnapshot: { } snapshot, IsInstallingSnapshot: false })
            _outputs.Add(new AbandonSnapshotDownload(snapshot));
    }

    private void StopLeading(LeaderState leader)
    {
        _outputs.Add(new AppendsClosed());
        AnswerVoterChange(leader, ErrorCode.NotLeaderOrFollower, null);
        foreach (var parked in _parked.Take(_ => true))
            Reply(parked.RequestId, Fill(new FetchReply()) with { Error = ErrorCode.NotLeaderOrFollower });
    }

    private ResignedState Resigned(int epoch, IReadOnlyList<ReplicaKey> successors) =>
        new(epoch, _settings.NodeId, _settings.LocalEndpoints, _configuration.Voters.Ids, successors, RandomDeadline());

    private FollowerState Follower(int epoch, int leaderId, RaftEndpoints endpoints, ReplicaKey? voted) =>
        new(epoch, leaderId, endpoints, voted, _state.HighWatermark, _settings.FetchTimeoutMs, _now);

    private long ElectionDeadline() => IsVoter ? RandomDeadline() : long.MaxValue;

    // Nobody else leads an epoch whose leader has resigned, so even a leader that was removed from the voters may leave it for the next.
    private long RandomDeadline() => _now + _settings.ElectionTimeoutMs + _random.Next(Math.Max(1, _settings.ElectionTimeoutMs));

    private void NotifyLeader()
    {
        // A leader that restarted finds its own name in quorum-state and does not lead.
        var current = _state.LeaderId == _settings.NodeId && _state is not LeaderState ? new(-1, _state.Epoch) : LeaderAndEpoch;
        var isNews = current.Epoch > _lastNotified.Epoch || (current.HasLeader && !_lastNotified.HasLeader && current.Epoch == _lastNotified.Epoch);
        if (!isNews || _state is ResignedState)
            return;
        _lastNotified = current;
        _outputs.Add(new LeaderChanged(current, (_state as LeaderState)?.EpochStartOffset ?? -1));
    }
}
