using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <content>The leader's log: the first batch of the epoch, appends, the high watermark, DescribeQuorum.</content>
internal sealed partial class RaftStateMachine
{
    private long _publishedHighWatermark = -1;

    private void AppendStartOfEpoch(LeaderState leader, IReadOnlyList<ReplicaKey> granting)
    {
        var voters = _configuration.Voters;
        var records = new List<RaftControlRecord>
        {
            new LeaderChangeControl(_settings.NodeId, [.. voters.Nodes.Select(voter => voter.Key)], granting),
        };
        if (_configuration.IsReconfigurationSupported)
        {
            // The bootstrap snapshot is never replicated: its content enters the log with the first leader (KIP-853).
            var isBootstrap = _configuration.VotersOffset == OffsetAndEpoch.Bootstrap.Offset - 1;
            if (isBootstrap || voters.NeedsUpdate(_settings.LocalVoter))
            {
                records.Add(new KRaftVersionControl(_configuration.KRaftVersion));
                records.Add(new VotersControl(voters.Update(_settings.LocalVoter) ?? voters));
            }
        }
        else
        {
            leader.ReportedVoters = voters.UpdateIgnoringDirectory(_settings.LocalVoter);
        }

        var baseOffset = _log.EndOffset;
        _outputs.Add(new AppendControlBatch(baseOffset, leader.Epoch, records));
        _outputs.Add(new AppendsOpened(leader.Epoch, baseOffset + records.Count));
        Appended(new(baseOffset, baseOffset + records.Count - 1, leader.Epoch, default, records));
        LeaderLogChanged(leader);
        NotifyLeader();
    }

    private void HandleAppend(RaftBatch batch)
    {
        if (_state is not LeaderState leader || leader.Epoch != batch.Epoch)
            return;
        if (batch.BaseOffset != _log.EndOffset)
        {
            Fail($"An append in epoch {batch.Epoch} has offset {batch.BaseOffset}, the log ends at {_log.EndOffset}");
            return;
        }

        _outputs.Add(new AppendBatches(batch.Bytes, batch.EndOffset));
        Appended(batch);
        if (leader.VoterChange is { Offset: null, Proposed: { } proposed } change
            && batch.Control.OfType<VotersControl>().Any(record => record.Voters.Equals(proposed)))
        {
            change.Offset = batch.LastOffset;
        }

        LeaderLogChanged(leader);
    }

    private void Appended(RaftBatch batch)
    {
        _log.Append(batch.BaseOffset, batch.LastOffset, batch.Epoch);
        _configuration.Apply(batch.Control, batch.BaseOffset);
    }

    private void LeaderLogChanged(LeaderState leader)
    {
        leader.UseVoters(_configuration.Voters);
        _outputs.Add(new FlushLog());
        // Followers may have the records before they are flushed here: the leader counts itself only once they are.
        if (leader.LocalFlushed(_log.FlushedOffset))
            LeaderHighWatermarkMoved(leader);
        CompleteFetches(parked => parked.Call.FetchOffset < _log.EndOffset);
    }

    private void HandleFlushed(long endOffset)
    {
        _log.Flushed(endOffset);
        if (_state is LeaderState leader && leader.LocalFlushed(_log.FlushedOffset))
            LeaderHighWatermarkMoved(leader);
    }

    private void LeaderHighWatermarkMoved(LeaderState leader)
    {
        PublishHighWatermark(leader.HighWatermark!.Value);
        VoterChangeMayBeCommitted(leader);
        CompleteFetches(_ => true);
    }

    private void PublishHighWatermark(long offset)
    {
        if (offset <= _publishedHighWatermark)
            return;
        _publishedHighWatermark = offset;
        _outputs.Add(new HighWatermarkAdvanced(offset));
    }

    private DescribeQuorumReply DescribeQuorum()
    {
        if (_state is not LeaderState leader)
            return Fill(new DescribeQuorumReply()) with { Error = ErrorCode.NotLeaderOrFollower };
        return Fill(new DescribeQuorumReply()) with
        {
            HighWatermark = leader.HighWatermark ?? -1,
            Voters = [.. leader.Voters.Select(voter => Describe(voter, isLocal: voter.Key.Id == _settings.NodeId))],
            Observers = [.. leader.ActiveObservers(_now).Select(observer => Describe(observer, isLocal: false))],
        };
    }

    private ReplicaDescription Describe(ReplicaProgress replica, bool isLocal) => new(
        replica.Key,
        isLocal ? _log.EndOffset : replica.EndOffset ?? -1,
        isLocal ? _now : replica.LastFetchMs,
        isLocal ? _now : replica.LastCaughtUpMs,
        replica.Endpoints);
}
