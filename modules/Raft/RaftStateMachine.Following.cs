using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <content>The follower's side of Fetch and FetchSnapshot: append, truncate, load a snapshot (KIP-595, KIP-630).</content>
internal sealed partial class RaftStateMachine
{
    private bool HandleFetchReply(RaftNode source, FetchReply reply)
    {
        if (reply.TopLevelError != ErrorCode.None)
            return HandleTopLevelError(reply.TopLevelError, source);
        if (HandleCommon(reply, source) is { } handled)
            return handled;
        if (reply.Error != ErrorCode.None || _state is not FollowerState follower)
            return UnexpectedError(reply.Error, source);
        if (reply.Diverging is { Epoch: >= 0 } diverging)
        {
            Truncate(follower, diverging);
            if (_hasFailed)
                return false;
        }
        else if (reply.SnapshotId is { } snapshotId)
        {
            if (snapshotId.Epoch < 0 || snapshotId.Offset < 0)
                return Violated($"{source} names snapshot {snapshotId}");
            BeginSnapshot(follower, snapshotId);
        }
        else if (!AppendFetched(follower, source, reply))
        {
            return false;
        }

        follower.FetchSucceeded(_now);
        return true;
    }

    private void Truncate(FollowerState follower, OffsetAndEpoch diverging)
    {
        var offset = _log.TruncationOffset(diverging);
        if (offset < Math.Max(follower.HighWatermark ?? -1, _publishedHighWatermark))
        {
            Fail($"The leader asks to truncate to {diverging}, below the high watermark {_publishedHighWatermark}");
            return;
        }

        _log.TruncateTo(offset);
        _configuration.TruncateTo(offset);
        _outputs.Add(new TruncateLog(offset));
    }

    private bool AppendFetched(FollowerState follower, RaftNode source, FetchReply reply)
    {
        var batches = RaftBatchReader.ReadBatches(reply.Records, out var isCorrupt);
        var isSound = !isCorrupt || Violated($"{source} sent a corrupt batch");
        var length = 0;
        foreach (var batch in batches)
        {
            if (batch.Epoch > _state.Epoch || batch.Epoch < _log.LastEpoch || batch.BaseOffset != _log.EndOffset)
            {
                isSound = Violated($"{source} sent batch {batch.BaseOffset} of epoch {batch.Epoch} after {_log.End} in epoch {_state.Epoch}");
                break;
            }

            Appended(batch);
            length += batch.Bytes.Length;
        }

        if (length > 0)
        {
            _outputs.Add(new AppendBatches(reply.Records[..length], _log.EndOffset));
            // The leader takes a fetch offset for flushed. An observer that may become a voter must keep to that too.
            if (MustFlushBeforeFetch)
                _outputs.Add(new FlushLog());
        }

        if (reply.HighWatermark >= 0 && follower.AdvanceHighWatermark(Math.Min(reply.HighWatermark, _log.EndOffset)))
            PublishHighWatermark(follower.HighWatermark!.Value);
        return isSound;
    }

    private bool MustFlushBeforeFetch => IsVoter || _settings.CanBecomeVoter;

    private void BeginSnapshot(FollowerState follower, OffsetAndEpoch id)
    {
        if (follower.IsInstallingSnapshot || follower.FetchingSnapshot == id || _log.FindSnapshot(id) is not null)
            return;
        if (follower.FetchingSnapshot is { } other)
            _outputs.Add(new AbandonSnapshotDownload(other));
        follower.FetchingSnapshot = id;
        follower.FetchedSnapshotBytes = 0;
        _outputs.Add(new BeginSnapshotDownload(id));
    }

    private bool HandleFetchSnapshotReply(RaftNode source, FetchSnapshotReply reply)
    {
        if (reply.TopLevelError != ErrorCode.None)
            return HandleTopLevelError(reply.TopLevelError, source);
        if (HandleCommon(reply, source) is { } handled)
            return handled;
        if (_state is not FollowerState follower || follower.IsInstallingSnapshot)
            return UnexpectedError(reply.Error, source);
        if (reply.Error == ErrorCode.SnapshotNotFound || (reply.Error == ErrorCode.None && reply.SnapshotId is null))
        {
            // The leader has deleted it meanwhile: fetch again and be told of a newer one.
            StopSnapshot(follower);
            follower.FetchSucceeded(_now);
            return true;
        }

        if (reply.Error != ErrorCode.None)
            return UnexpectedError(reply.Error, source);
        if (follower.FetchingSnapshot is not { } id || reply.SnapshotId != id || reply.Position != follower.FetchedSnapshotBytes)
        {
            StopSnapshot(follower);
            return Violated($"{source} sent snapshot {reply.SnapshotId} from {reply.Position}, expected {follower.FetchingSnapshot}");
        }

        _outputs.Add(new AppendSnapshotBytes(id, reply.Bytes));
        follower.FetchedSnapshotBytes += reply.Bytes.Length;
        if (follower.FetchedSnapshotBytes >= reply.Size)
            CompleteSnapshot(follower, id);
        follower.FetchSucceeded(_now);
        return true;
    }

    private void CompleteSnapshot(FollowerState follower, OffsetAndEpoch id)
    {
        if (id.Offset <= _log.EndOffset && _log.Validate(id.Offset, id.Epoch).Kind == OffsetValidityKind.Valid)
        {
            // Records that came meanwhile reach beyond it.
            StopSnapshot(follower);
            return;
        }

        follower.IsInstallingSnapshot = true;
        _outputs.Add(new InstallSnapshot(id));
    }

    private void StopSnapshot(FollowerState follower)
    {
        if (follower.FetchingSnapshot is { } id)
            _outputs.Add(new AbandonSnapshotDownload(id));
        follower.FetchingSnapshot = null;
        follower.FetchedSnapshotBytes = 0;
        follower.IsInstallingSnapshot = false;
    }

    private void HandleSnapshotInstalled(SnapshotInstalled installed)
    {
        _log.ReplaceBySnapshot(installed.Snapshot);
        _configuration.Reset(installed.Control, installed.Snapshot.Id.Offset - 1);
        if (_state is FollowerState follower)
        {
            follower.FetchingSnapshot = null;
            follower.IsInstallingSnapshot = false;
            follower.AdvanceHighWatermark(installed.Snapshot.Id.Offset);
            follower.FetchSucceeded(_now);
        }

        // A snapshot holds committed records only.
        PublishHighWatermark(installed.Snapshot.Id.Offset);
    }

    private void HandleSnapshotRejected(OffsetAndEpoch id)
    {
        Violated($"Snapshot {id} of leader {_state.LeaderId} is not readable");
        if (_state is not FollowerState follower || follower.FetchingSnapshot != id)
            return;
        follower.FetchingSnapshot = null;
        follower.FetchedSnapshotBytes = 0;
        follower.IsInstallingSnapshot = false;
    }
}
