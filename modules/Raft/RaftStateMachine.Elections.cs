using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <content>Votes, and the beginning and end of epochs (KIP-595, KIP-996).</content>
internal sealed partial class RaftStateMachine
{
    private VoteReply HandleVote(VoteCall call)
    {
        // A candidate has raised its epoch above its log; a prospective voter has not.
        var isEpochIllegal = call.PreVote ? call.LastEpoch > call.Epoch : call.LastEpoch >= call.Epoch;
        if (call.LastOffset < 0 || call.LastEpoch < 0 || isEpochIllegal)
            return Fill(new VoteReply()) with { Error = ErrorCode.InvalidRequest };
        var error = ValidateVoterRequest(call.Candidate.Id, call.Epoch);
        if (error != ErrorCode.None)
            return Fill(new VoteReply()) with { Error = error };
        if (call.Epoch > _state.Epoch)
            BecomeUnattached(call.Epoch, -1, $"vote request of {call.Candidate}");
        if (!IsForThisReplica(call.Voter))
            return Fill(new VoteReply()) with { Error = ErrorCode.InvalidVoterKey };

        var isLogUpToDate = new OffsetAndEpoch(call.LastOffset, call.LastEpoch) >= _log.End;
        var granted = call.Candidate.Id != _settings.NodeId && _state.CanGrantVote(call.Candidate, isLogUpToDate, call.PreVote);
        if (granted && !call.PreVote)
            Vote(call.Candidate);
        return Fill(new VoteReply()) with { VoteGranted = granted };
    }

    private void Vote(ReplicaKey candidate)
    {
        if (_state.VotedKey is not null)
            return;
        if (_state is UnattachedState unattached)
        {
            EnterDurably(
                new UnattachedState(unattached.Epoch, unattached.LeaderId, candidate, unattached.HighWatermark, ElectionDeadline()),
                $"vote for {candidate}");
        }
        else if (_state is ProspectiveState)
        {
            EnterDurably(
                new ProspectiveState(_state, _settings.NodeId, candidate, _configuration.Voters, ElectionDeadline()),
                $"vote for {candidate}");
        }
    }

    private bool HandleVoteReply(RaftNode source, VoteReply reply)
    {
        if (reply.TopLevelError == ErrorCode.UnsupportedVersion && _state is ProspectiveState)
        {
            // A voter without pre-vote: stand at once (KIP-996).
            BecomeCandidate($"{source} does not support pre-vote");
            return true;
        }

        if (reply.TopLevelError != ErrorCode.None)
            return HandleTopLevelError(reply.TopLevelError, source);
        if (HandleCommon(reply, source) is { } handled)
            return handled;
        if (reply.Error != ErrorCode.None)
            return UnexpectedError(reply.Error, source);
        if (_state is NomineeState nominee && nominee.Election.Record(source.Id, reply.VoteGranted))
        {
            if (!TryBecomeCandidate() && !TryBecomeLeader() && nominee is ProspectiveState { Election.IsRejected: true } prospective)
                LosePreVote(prospective);
        }

        return true;
    }

    private void LosePreVote(ProspectiveState prospective)
    {
        if (prospective.LeaderId >= 0 && prospective.LeaderId != _settings.NodeId && !prospective.LeaderEndpoints.IsEmpty)
            BecomeFollower(prospective.Epoch, prospective.LeaderId, prospective.LeaderEndpoints, "pre-vote not granted");
        else
            BecomeUnattached(prospective.Epoch, prospective.LeaderId, "pre-vote not granted");
    }

    private BeginEpochReply HandleBeginEpoch(BeginEpochCall call)
    {
        var error = ValidateVoterRequest(call.LeaderId, call.Epoch);
        if (error != ErrorCode.None)
            return Fill(new BeginEpochReply()) with { Error = error };
        FollowNews(call.LeaderId, call.Epoch, EndpointsOrVoters(call.LeaderId, call.LeaderEndpoints), $"leader {call.LeaderId}");
        return IsForThisReplica(call.Voter)
            ? Fill(new BeginEpochReply())
            : Fill(new BeginEpochReply()) with { Error = ErrorCode.InvalidVoterKey };
    }

    private bool HandleBeginEpochReply(RaftNode source, BeginEpochReply reply)
    {
        if (reply.TopLevelError != ErrorCode.None)
            return HandleTopLevelError(reply.TopLevelError, source);
        if (HandleCommon(reply, source) is { } handled)
            return handled;
        return reply.Error == ErrorCode.None || UnexpectedError(reply.Error, source);
    }

    private EndEpochReply HandleEndEpoch(EndEpochCall call)
    {
        var error = ValidateVoterRequest(call.LeaderId, call.Epoch);
        if (error != ErrorCode.None)
            return Fill(new EndEpochReply()) with { Error = error };
        FollowNews(call.LeaderId, call.Epoch, EndpointsOrVoters(call.LeaderId, call.LeaderEndpoints), $"leader {call.LeaderId}");
        if (_state is FollowerState follower && follower.LeaderId == call.LeaderId)
            follower.OverrideFetchTimeout(_now + SuccessionBackoff(call.PreferredCandidates));
        return Fill(new EndEpochReply());
    }

    private bool HandleEndEpochReply(RaftNode source, EndEpochReply reply)
    {
        if (reply.TopLevelError != ErrorCode.None)
            return HandleTopLevelError(reply.TopLevelError, source);
        if (HandleCommon(reply, source) is { } handled)
            return handled;
        if (reply.Error != ErrorCode.None)
            return UnexpectedError(reply.Error, source);
        (_state as ResignedState)?.Acknowledged(source.Id);
        return true;
    }

    /// <summary>The first preferred candidate stands at once, each later one waits twice as long as the one before.</summary>
    private long SuccessionBackoff(IReadOnlyList<ReplicaKey> preferred)
    {
        var position = 0;
        while (position < preferred.Count && !IsForThisReplica(preferred[position]))
            position++;
        if (position == 0 && preferred.Count > 0)
            return 0;
        if (position >= preferred.Count)
            return preferred.Count == 0 ? 0 : _settings.ElectionBackoffMaxMs;
        var unit = _settings.ElectionBackoffMaxMs >> Math.Min(30, preferred.Count - 1);
        return Math.Min(_settings.ElectionBackoffMaxMs, (long)unit << (position - 1));
    }

    private RaftEndpoints EndpointsOrVoters(int leaderId, RaftEndpoints endpoints) =>
        endpoints.IsEmpty ? _configuration.Voters.EndpointsOf(leaderId) : endpoints;

    private bool HandleTopLevelError(ErrorCode error, RaftNode source) =>
        error == ErrorCode.BrokerNotAvailable ? false : UnexpectedError(error, source);

    private bool UnexpectedError(ErrorCode error, RaftNode source) => Violated($"{source} answered {error}");
}
