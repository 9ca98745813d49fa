using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <content>Changes of the voter set and of <c>kraft.version</c> (KIP-853, KIP-1186). Voters change one at a time, each change committed before the next.</content>
internal sealed partial class RaftStateMachine
{
    private UpdateVoterReply HandleUpdateVoter(UpdateVoterCall call)
    {
        var error = ValidateLeaderRequest(call.CurrentLeaderEpoch);
        if (error == ErrorCode.None)
            error = UpdateVoter((LeaderState)_state, call.Voter);
        return Fill(new UpdateVoterReply()) with { Error = error };
    }

    private ErrorCode UpdateVoter(LeaderState leader, VoterNode voter)
    {
        if (voter.Key.Id < 0
            || !voter.Key.HasDirectory
            || voter.Endpoints.Find(_settings.ControllerListenerName) is null
            || voter.MinKRaftVersion < 0
            || voter.MaxKRaftVersion < voter.MinKRaftVersion)
        {
            return ErrorCode.InvalidRequest;
        }

        if (leader.VoterChange is not null || leader.HighWatermark is null)
            return ErrorCode.RequestTimedOut;
        var isSupported = _configuration.IsReconfigurationSupported;
        var voters = isSupported ? CommittedVoters(leader) : leader.ReportedVoters;
        if (voters is null)
            return ErrorCode.RequestTimedOut;
        if (!voter.Supports(_configuration.KRaftVersion))
            return ErrorCode.InvalidRequest;
        var updated = isSupported ? voters.Update(voter) : voters.UpdateIgnoringDirectory(voter);
        if (updated is null)
            return ErrorCode.VoterNotFound;
        if (!isSupported)
            leader.ReportedVoters = updated;
        else if (!updated.Equals(voters))
            _outputs.Add(new ProposeControlRecords(leader.Epoch, [new VotersControl(updated)]));
        leader.VoterFetched(voter.Key, _now);
        return ErrorCode.None;
    }

    private bool HandleUpdateVoterReply(RaftNode source, UpdateVoterReply reply)
    {
        if (reply.TopLevelError != ErrorCode.None)
            return HandleTopLevelError(reply.TopLevelError, source);
        if (HandleCommon(reply, source) is { } handled)
            return handled;
        // The leader is busy with another change, or this voter was removed meanwhile: the next period will tell.
        if (reply.Error is ErrorCode.RequestTimedOut or ErrorCode.VoterNotFound)
            return true;
        if (_state is not FollowerState follower || reply.Error is not (ErrorCode.None or ErrorCode.UnsupportedVersion))
            return UnexpectedError(reply.Error, source);
        follower.HasUpdatedLeader = true;
        follower.FetchSucceeded(_now);
        return true;
    }

    private void HandleAddVoter(long requestId, AddVoterCall call)
    {
        if (ValidateVoterChange(call.Voter) is { } refused)
        {
            Reply(requestId, refused);
            return;
        }

        if (call.Endpoints.Find(_settings.ControllerListenerName) is not { } endpoint)
        {
            Reply(requestId, Refusal(ErrorCode.InvalidRequest, $"The new voter has no endpoint for listener {_settings.ControllerListenerName}"));
            return;
        }

        var leader = (LeaderState)_state;
        if (CheckVoterChangePossible(leader) is { } impossible)
        {
            Reply(requestId, impossible);
            return;
        }

        if (_configuration.Voters.Find(call.Voter.Id) is not null)
        {
            Reply(requestId, Refusal(ErrorCode.DuplicateVoter, $"Node {call.Voter.Id} is already one of the voters {_configuration.Voters}"));
            return;
        }

        var node = new RaftNode(call.Voter.Id, endpoint);
        if (!TrySend(node, new SupportedVersionsCall()))
        {
            Reply(requestId, Refusal(ErrorCode.RequestTimedOut, $"The new voter {call.Voter} is not ready to receive requests"));
            return;
        }

        leader.VoterChange = new(
            requestId, call.Voter, call.Endpoints, isAddition: true, call.AckWhenCommitted, _now + _settings.RequestTimeoutMs);
    }

    private bool HandleSupportedVersions(RaftNode source, SupportedVersionsReply reply)
    {
        if (_state is not LeaderState { VoterChange: { IsAddition: true, Proposed: null } change } leader || change.Voter.Id != source.Id)
            return true;
        if (reply.TopLevelError != ErrorCode.None)
        {
            AnswerVoterChange(leader, ErrorCode.RequestTimedOut, $"{source} answered ApiVersions with {reply.TopLevelError}");
            return false;
        }

        var voter = new VoterNode(change.Voter, change.Endpoints, reply.MinKRaftVersion, reply.MaxKRaftVersion);
        if (!voter.Supports(_configuration.KRaftVersion))
        {
            AnswerVoterChange(
                leader,
                ErrorCode.InvalidRequest,
                $"{change.Voter} supports kraft.version {voter.MinKRaftVersion} to {voter.MaxKRaftVersion}, not {_configuration.KRaftVersion}");
        }
        else if (!leader.IsCaughtUp(change.Voter, _now))
        {
            AnswerVoterChange(leader, ErrorCode.RequestTimedOut, $"{change.Voter} is lagging behind");
        }
        else
        {
            Propose(leader, change, _configuration.Voters.Add(voter)!);
        }

        return true;
    }

    private void HandleRemoveVoter(long requestId, RemoveVoterCall call)
    {
        if ((ValidateVoterChange(call.Voter) ?? CheckVoterChangePossible((_state as LeaderState)!)) is { } refused)
        {
            Reply(requestId, refused);
            return;
        }

        var leader = (LeaderState)_state;
        var remaining = _configuration.Voters.Remove(call.Voter);
        if (remaining is null || remaining.Count == 0)
        {
            Reply(requestId, remaining is null
                ? Refusal(ErrorCode.VoterNotFound, $"{call.Voter} is not one of the voters {_configuration.Voters}")
                : Refusal(ErrorCode.InvalidRequest, "The last voter cannot be removed"));
            return;
        }

        leader.VoterChange = new(
            requestId, call.Voter, RaftEndpoints.Empty, isAddition: false, ackWhenCommitted: true, _now + _settings.RequestTimeoutMs);
        Propose(leader, leader.VoterChange, remaining);
    }

    private bool HandleVoterChangeReply(VoterChangeReply reply)
    {
        (_state as FollowerState)?.RestartUpdateVoterPeriod(_now);
        return reply.Error is ErrorCode.None or ErrorCode.RequestTimedOut or ErrorCode.DuplicateVoter or ErrorCode.VoterNotFound;
    }

    private void Propose(LeaderState leader, PendingVoterChange change, VoterSet voters)
    {
        change.Proposed = voters;
        _outputs.Add(new ProposeControlRecords(leader.Epoch, [new VotersControl(voters)]));
        if (change.AckWhenCommitted)
            return;
        change.IsAnswered = true;
        Reply(change.RequestId, Fill(new VoterChangeReply()));
    }

    private void VoterChangeMayBeCommitted(LeaderState leader)
    {
        if (leader.VoterChange is { Offset: { } offset } && leader.HighWatermark > offset)
            AnswerVoterChange(leader, ErrorCode.None, null);
        // A leader that was removed leads until that is committed, without counting itself (KIP-853).
        if (!IsVoter && CommittedVoters(leader) is not null)
            leader.IsResignRequested = true;
    }

    private void ExpireVoterChange(LeaderState leader)
    {
        if (leader.VoterChange is { } change && change.Deadline <= _now)
            AnswerVoterChange(leader, ErrorCode.RequestTimedOut, null);
    }

    private void AbortVoterChangeAt(RaftNode node)
    {
        if (_state is LeaderState { VoterChange: { IsAddition: true, Proposed: null } change } leader && change.Voter.Id == node.Id)
            AnswerVoterChange(leader, ErrorCode.RequestTimedOut, $"{node} could not be reached");
    }

    private void AnswerVoterChange(LeaderState leader, ErrorCode error, string? message)
    {
        if (leader.VoterChange is not { } change)
            return;
        leader.VoterChange = null;
        if (!change.IsAnswered)
            Reply(change.RequestId, Fill(new VoterChangeReply()) with { Error = error, Message = message });
    }

    private VoterChangeReply? ValidateVoterChange(ReplicaKey voter)
    {
        var error = ValidateLeaderRequest(_state.Epoch);
        if (error != ErrorCode.None)
            return Refusal(error, null);
        return voter.Id < 0 || !voter.HasDirectory ? Refusal(ErrorCode.InvalidRequest, "The voter needs a node id and a directory id") : null;
    }

    private VoterChangeReply? CheckVoterChangePossible(LeaderState leader)
    {
        if (leader.VoterChange is not null)
            return Refusal(ErrorCode.RequestTimedOut, "Another change of voters is in progress");
        if (leader.HighWatermark is null)
            return Refusal(ErrorCode.RequestTimedOut, "The leader has not committed its epoch yet");
        if (!_configuration.IsReconfigurationSupported)
            return Refusal(ErrorCode.UnsupportedVersion, $"kraft.version {_configuration.KRaftVersion} does not support changes of voters");
        return CommittedVoters(leader) is null ? Refusal(ErrorCode.RequestTimedOut, "The latest change of voters is not committed yet") : null;
    }

    /// <summary>The voter set, or null while its record is not committed.</summary>
    private VoterSet? CommittedVoters(LeaderState leader) =>
        _configuration.VotersOffset is { } offset && offset < (leader.HighWatermark ?? -1) ? _configuration.Voters : null;

    private VoterChangeReply Refusal(ErrorCode error, string? message) =>
        Fill(new VoterChangeReply()) with { Error = error, Message = message };

    private void HandleUpgrade(UpgradeRequested request)
    {
        var (error, message) = CheckUpgrade(request);
        if (error == ErrorCode.None && !request.ValidateOnly && request.KRaftVersion != _configuration.KRaftVersion)
        {
            var leader = (LeaderState)_state;
            _outputs.Add(new ProposeControlRecords(
                leader.Epoch, [new KRaftVersionControl(request.KRaftVersion), new VotersControl(leader.ReportedVoters!)]));
            leader.ReportedVoters = null;
        }

        _outputs.Add(new UpgradeAnswered(request.RequestId, error, message));
    }

    private (ErrorCode Error, string? Message) CheckUpgrade(UpgradeRequested request)
    {
        if (_state is not LeaderState leader || leader.Epoch != request.Epoch)
            return (ErrorCode.NotController, null);
        var current = _configuration.KRaftVersion;
        if (request.KRaftVersion == current)
            return (ErrorCode.None, null);
        if (request.KRaftVersion < current || request.KRaftVersion > _settings.MaxKRaftVersion)
            return (ErrorCode.InvalidUpdateVersion, $"kraft.version cannot go from {current} to {request.KRaftVersion}");
        if (leader.ReportedVoters is not { } reported)
            return (ErrorCode.InvalidUpdateVersion, "An upgrade of kraft.version is in progress");
        return reported.Nodes.All(voter => voter.Key.HasDirectory && voter.Supports(request.KRaftVersion))
            ? (ErrorCode.None, null)
            : (ErrorCode.InvalidUpdateVersion, $"Not all of the voters {reported} have reported support for kraft.version {request.KRaftVersion}");
    }
}
