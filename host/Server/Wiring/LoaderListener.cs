using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Raft;
using Kafka.Modular.Raft.Driver;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Feeds the metadata loader with what the quorum commits; decoding is left to the metadata loop.</summary>
internal sealed class LoaderListener(MetadataLoader loader) : IRaftListener
{
    public void OnCommit(CommittedBatches ownedBatches) => loader.Commit(ownedBatches.Batches.Select(RaftBatches.Decode), ownedBatches);

    public void OnLoadSnapshot(RaftSnapshot ownedSnapshot) => loader.LoadSnapshot(
        new MetadataSnapshot(ownedSnapshot.Id.Offset, ownedSnapshot.Id.Epoch, -1, ownedSnapshot.ReadBatches().Select(RaftBatches.Decode)), ownedSnapshot);

    public void OnLeaderChange(LeaderAndEpoch leader)
        => loader.ChangeLeader(new MetadataLeader(leader.HasLeader ? leader.LeaderId : null, leader.Epoch));
}
