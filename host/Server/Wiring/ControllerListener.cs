using Kafka.Modular.Controller;
using Kafka.Modular.Metadata;
using Kafka.Modular.Raft;
using Kafka.Modular.Raft.Driver;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Feeds the controller with what the quorum commits, and tells it when this node leads. Lives on the Raft loop.</summary>
internal sealed class ControllerListener(MetadataController controller, int nodeId) : IRaftListener
{
    private bool _leads;

    public void OnCommit(CommittedBatches ownedBatches)
    {
        using (ownedBatches)
            controller.OnCommit([.. ownedBatches.Batches.Select(RaftBatches.Decode)]);
    }

    public void OnLoadSnapshot(RaftSnapshot ownedSnapshot)
    {
        using (ownedSnapshot)
        {
            var delta = new MetadataDelta(MetadataImage.Empty);
            var timestamp = -1L;
            foreach (var batch in ownedSnapshot.ReadBatches().Select(RaftBatches.Decode))
            {
                timestamp = batch.AppendTimestamp;
                foreach (var record in batch.Records)
                    delta.Replay(record.Message);
            }

            delta.FinishSnapshot();
            controller.OnSnapshot(delta.Apply(new MetadataProvenance(ownedSnapshot.Id.Offset - 1, ownedSnapshot.Id.Epoch, timestamp, IsOffsetBatchAligned: true)));
        }
    }

    public void OnLeaderChange(LeaderAndEpoch leader)
    {
        if (leader.IsLeader(nodeId))
        {
            _leads = true;
            controller.OnBecameLeader(leader.Epoch);
        }
        else if (_leads)
        {
            _leads = false;
            controller.OnResigned();
        }
    }
}
