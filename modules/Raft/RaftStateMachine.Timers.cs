using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <content>What each role does by itself: requests that are due and timeouts that have passed.</content>
internal sealed partial class RaftStateMachine
{
    // Prospective, candidate, leader, and back from a lost connection: a chain of transitions within one step is short.
    private const int MostTransitionsPerStep = 32;

    private void PollUntilQuiet()
    {
        for (var i = 0; i < MostTransitionsPerStep && !_hasFailed; i++)
        {
            _pollAgain = false;
            _requests.Expire(_now);
            CompleteFetches(parked => parked.Deadline <= _now);
            var deadline = Poll();
            if (_pollAgain)
                continue;
            deadline = Math.Min(deadline, Math.Min(_requests.NextDeadline, _parked.NextDeadline));
            NextDeadline = Math.Max(deadline, _now + 1);
            break;
        }

        if (_isShuttingDown && !_isShutdownReported && CanShutDown)
        {
            _isShutdownReported = true;
            _outputs.Add(new ShutdownCompleted());
        }
    }

    /// <summary>A leader that resigned stays until another leads, so that it can tell the voters.</summary>
    private bool CanShutDown => !IsVoter || IsOnlyVoter || (_state.LeaderId >= 0 && _state.LeaderId != _settings.NodeId) || _hasFailed;

    private long Poll() => _state switch
    {
        LeaderState leader => PollLeader(leader),
        NomineeState nominee => PollNominee(nominee),
        FollowerState follower => IsVoter ? PollVotingFollower(follower) : PollObserver(follower),
        UnattachedState unattached => PollUnattached(unattached),
        ResignedState resigned => PollResigned(resigned),
        _ => throw new InvalidOperationException($"No such role: {_state.Name}"),
    };

    private long PollLeader(LeaderState leader)
    {
        var isQuorumLost = leader.IsCheckQuorumActive && leader.CheckQuorumDeadline <= _now;
        if (_isShuttingDown || leader.IsResignRequested || isQuorumLost)
        {
            BecomeResigned(leader, isQuorumLost ? "a majority of the voters does not fetch" : "resigned");
            return long.MaxValue;
        }

        ExpireVoterChange(leader);
        if (leader.NextBeginEpoch <= _now)
        {
            foreach (var voter in leader.SilentVoters(_now))
            {
                SendToVoter(voter.Id, () => new BeginEpochCall(
                    _settings.ClusterId, voter, _settings.NodeId, leader.Epoch, _settings.LocalEndpoints));
            }

            leader.BeginEpochSent(_now);
        }

        var deadline = Math.Min(leader.NextBeginEpoch, leader.VoterChange?.Deadline ?? long.MaxValue);
        return leader.IsCheckQuorumActive ? Math.Min(deadline, leader.CheckQuorumDeadline) : deadline;
    }

    private long PollNominee(NomineeState nominee)
    {
        if (!_isShuttingDown && nominee.ElectionDeadline <= _now)
        {
            if (nominee is ProspectiveState prospective)
                LosePreVote(prospective);
            else
                BecomeProspective("election timed out");
            return long.MaxValue;
        }

        if (!nominee.Election.IsRejected)
        {
            foreach (var voter in nominee.Election.Unrecorded.ToArray())
            {
                SendToVoter(voter.Id, () => new VoteCall(
                    _settings.ClusterId, voter, _settings.LocalKey, nominee.Epoch, _log.LastEpoch, _log.EndOffset, nominee is ProspectiveState));
            }
        }

        return _isShuttingDown ? long.MaxValue : nominee.ElectionDeadline;
    }

    private long PollVotingFollower(FollowerState follower)
    {
        if (_isShuttingDown)
            return long.MaxValue;
        if (follower.FetchDeadline <= _now && !follower.IsInstallingSnapshot)
        {
            BecomeProspective("fetch timed out");
            return long.MaxValue;
        }

        if (follower.UpdateVoterDeadline <= _now)
        {
            var isUpdateDue = _configuration.IsReconfigurationSupported
                ? _configuration.Voters.NeedsUpdate(_settings.LocalVoter)
                : !follower.HasUpdatedLeader;
            if (!isUpdateDue || SendToLeader(follower, new UpdateVoterCall(_settings.ClusterId, follower.Epoch, _settings.LocalVoter)))
                follower.RestartUpdateVoterPeriod(_now);
        }

        FetchFromBestNode(follower);
        var fetchDeadline = follower.IsInstallingSnapshot ? long.MaxValue : follower.FetchDeadline;
        return follower.UpdateVoterDeadline > _now ? Math.Min(fetchDeadline, follower.UpdateVoterDeadline) : fetchDeadline;
    }

    private long PollObserver(FollowerState follower)
    {
        if (_isShuttingDown)
            return long.MaxValue;
        var joins = _settings.AutoJoin && _settings.CanBecomeVoter && _configuration.IsReconfigurationSupported;
        if (joins && follower.UpdateVoterDeadline <= _now)
        {
            // A voter with this node's id and another directory is this node before its disk was replaced (KIP-1186).
            RaftRequest call = _configuration.Voters.Find(_settings.NodeId) is { } old
                ? new RemoveVoterCall(_settings.ClusterId, old.Key)
                : new AddVoterCall(
                    _settings.ClusterId, _settings.LocalKey, _settings.LocalEndpoints, _settings.RequestTimeoutMs, AckWhenCommitted: false);
            if (SendToLeader(follower, call))
                follower.RestartUpdateVoterPeriod(_now);
        }

        FetchFromBestNode(follower);
        return joins && follower.UpdateVoterDeadline > _now ? follower.UpdateVoterDeadline : long.MaxValue;
    }

    private long PollUnattached(UnattachedState unattached)
    {
        if (_isShuttingDown)
            return long.MaxValue;
        if (IsVoter && unattached.ElectionDeadline <= _now)
        {
            BecomeProspective("no leader found");
            return long.MaxValue;
        }

        FetchFromBootstrap();
        return IsVoter ? unattached.ElectionDeadline : long.MaxValue;
    }

    private long PollResigned(ResignedState resigned)
    {
        foreach (var voterId in resigned.Unacknowledged.ToArray())
        {
            SendToVoter(voterId, () => new EndEpochCall(
                _settings.ClusterId, _settings.NodeId, resigned.Epoch, resigned.PreferredSuccessors, _settings.LocalEndpoints));
        }

        if (_isShuttingDown)
            return long.MaxValue;
        if (resigned.ElectionDeadline <= _now)
        {
            BecomeUnattached(resigned.Epoch + 1, -1, "nobody took over");
            return long.MaxValue;
        }

        return resigned.ElectionDeadline;
    }

    private void FetchFromBestNode(FollowerState follower)
    {
        if (follower.IsInstallingSnapshot || (MustFlushBeforeFetch && _log.FlushedOffset < _log.EndOffset))
            return;
        if (LeaderNode(follower) is not { } leader)
        {
            FetchFromBootstrap();
        }
        else if (_requests.HasTimedOut(leader))
        {
            // The leader may be gone: ask the others who leads now.
            _requests.Reset(leader);
            FetchFromBootstrap();
        }
        else if (_requests.IsBackingOff(leader))
        {
            FetchFromBootstrap();
        }
        else if (!_requests.HasInflight)
        {
            TrySend(leader, follower.FetchingSnapshot is { } snapshot ? FetchSnapshot(snapshot, follower.FetchedSnapshotBytes) : Fetch());
        }
    }

    private void FetchFromBootstrap()
    {
        if (MustFlushBeforeFetch && _log.FlushedOffset < _log.EndOffset)
            return;
        if (_requests.FindBootstrap() is { } node)
            TrySend(node, Fetch());
    }

    private FetchCall Fetch() => new(
        _settings.ClusterId,
        _settings.LocalKey,
        _state.Epoch,
        _log.EndOffset,
        _log.LastEpoch,
        _state.HighWatermark ?? -1,
        _settings.FetchMaxWaitMs,
        _settings.MaxBatchBytes);

    private FetchSnapshotCall FetchSnapshot(Log.OffsetAndEpoch id, long position) =>
        new(_settings.ClusterId, _settings.LocalKey, _state.Epoch, id, position, _settings.MaxBatchBytes);

    private RaftNode? LeaderNode(FollowerState follower) =>
        follower.LeaderEndpoints.Find(_settings.ControllerListenerName) is { } endpoint ? new RaftNode(follower.LeaderId, endpoint) : null;

    private bool SendToLeader(FollowerState follower, RaftRequest request) =>
        LeaderNode(follower) is { } leader && TrySend(leader, request);

    private void SendToVoter(int voterId, Func<RaftRequest> request)
    {
        if (_configuration.Voters.NodeOn(voterId, _settings.ControllerListenerName) is { } node && _requests.IsReady(node))
            TrySend(node, request());
    }

    private bool TrySend(RaftNode node, RaftRequest request)
    {
        if (!_requests.IsReady(node))
            return false;
        var correlationId = ++_lastCorrelationId;
        _requests.Sent(node, correlationId, _now);
        _outputs.Add(new SendRequest(correlationId, node, request));
        return true;
    }
}
