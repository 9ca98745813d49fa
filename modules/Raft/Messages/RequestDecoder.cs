using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Messages;

/// <summary>Turns requests as they came over the wire into calls. A request that is not about the metadata partition alone is refused. Pure.</summary>
internal static class RequestDecoder
{
    /// <summary>The call, or the response that refuses the request.</summary>
    /// <exception cref="ArgumentException">It is not a quorum request.</exception>
    public static (RaftRequest? Call, IResponse? Refusal) Decode(IRequest request)
    {
        RaftRequest? call = request switch
        {
            VoteRequest vote => Decode(vote),
            BeginQuorumEpochRequest begin => Decode(begin),
            EndQuorumEpochRequest end => Decode(end),
            FetchRequest fetch => Decode(fetch),
            FetchSnapshotRequest snapshot => Decode(snapshot),
            DescribeQuorumRequest describe => Decode(describe),
            UpdateRaftVoterRequest update => Decode(update),
            AddRaftVoterRequest add => new AddVoterCall(
                add.ClusterId,
                new(add.VoterId, add.VoterDirectoryId),
                new(add.Listeners.Select(listener => KeyValuePair.Create(listener.Name, new RaftEndpoint(listener.Host, listener.Port)))),
                add.TimeoutMs,
                add.AckWhenCommitted),
            RemoveRaftVoterRequest remove => new RemoveVoterCall(remove.ClusterId, new(remove.VoterId, remove.VoterDirectoryId)),
            _ => throw new ArgumentException($"{request.Name} is not a quorum request", nameof(request)),
        };
        if (call is not null)
            return (call, null);
        var error = request is FetchSnapshotRequest or DescribeQuorumRequest ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidRequest;
        return (null, ResponseEncoder.Refusal(request, error));
    }

    private static VoteCall? Decode(VoteRequest request)
    {
        if (request.Topics is not [{ TopicName: MetadataPartition.Topic, Partitions: [{ PartitionIndex: MetadataPartition.Partition } partition] }])
            return null;
        return new(
            request.ClusterId,
            VoterKey(request.VoterId, partition.VoterDirectoryId),
            new(partition.ReplicaId, partition.ReplicaDirectoryId),
            partition.ReplicaEpoch,
            partition.LastOffsetEpoch,
            partition.LastOffset,
            partition.PreVote);
    }

    private static BeginEpochCall? Decode(BeginQuorumEpochRequest request)
    {
        if (request.Topics is not [{ TopicName: MetadataPartition.Topic, Partitions: [{ PartitionIndex: MetadataPartition.Partition } partition] }])
            return null;
        return new(
            request.ClusterId,
            VoterKey(request.VoterId, partition.VoterDirectoryId),
            partition.LeaderId,
            partition.LeaderEpoch,
            new(request.LeaderEndpoints.Select(listener => KeyValuePair.Create(listener.Name, new RaftEndpoint(listener.Host, listener.Port)))));
    }

    private static EndEpochCall? Decode(EndQuorumEpochRequest request)
    {
        if (request.Topics is not [{ TopicName: MetadataPartition.Topic, Partitions: [{ PartitionIndex: MetadataPartition.Partition } partition] }])
            return null;
        return new(
            request.ClusterId,
            partition.LeaderId,
            partition.LeaderEpoch,
            partition.PreferredCandidates.Count > 0
                ? [.. partition.PreferredCandidates.Select(replica => new ReplicaKey(replica.CandidateId, replica.CandidateDirectoryId))]
                : [.. partition.PreferredSuccessors.Select(id => new ReplicaKey(id, Uuid.Zero))],
            new(request.LeaderEndpoints.Select(listener => KeyValuePair.Create(listener.Name, new RaftEndpoint(listener.Host, listener.Port)))));
    }

    private static FetchCall? Decode(FetchRequest request)
    {
        if (request.Topics is not [{ Partitions: [{ Partition: MetadataPartition.Partition } partition] } topic]
            || (topic.Topic != MetadataPartition.Topic && topic.TopicId != Uuid.MetadataTopicId))
        {
            return null;
        }

        var replicaId = request.ReplicaState.ReplicaId >= 0 ? request.ReplicaState.ReplicaId : request.ReplicaId;
        return new(
            request.ClusterId,
            new(replicaId, partition.ReplicaDirectoryId),
            partition.CurrentLeaderEpoch,
            partition.FetchOffset,
            partition.LastFetchedEpoch,
            partition.HighWatermark,
            request.MaxWaitMs,
            request.MaxBytes);
    }

    private static FetchSnapshotCall? Decode(FetchSnapshotRequest request)
    {
        if (request.Topics is not [{ Name: MetadataPartition.Topic, Partitions: [{ Partition: MetadataPartition.Partition } partition] }])
            return null;
        return new(
            request.ClusterId,
            new(request.ReplicaId, partition.ReplicaDirectoryId),
            partition.CurrentLeaderEpoch,
            new(partition.SnapshotId.EndOffset, partition.SnapshotId.Epoch),
            partition.Position,
            request.MaxBytes);
    }

    private static DescribeQuorumCall? Decode(DescribeQuorumRequest request) =>
        request.Topics is [{ TopicName: MetadataPartition.Topic, Partitions: [{ PartitionIndex: MetadataPartition.Partition }] }]
            ? new DescribeQuorumCall()
            : null;

    private static UpdateVoterCall Decode(UpdateRaftVoterRequest request) => new(
        request.ClusterId,
        request.CurrentLeaderEpoch,
        new(
            new(request.VoterId, request.VoterDirectoryId),
            new(request.Listeners.Select(listener => KeyValuePair.Create(listener.Name, new RaftEndpoint(listener.Host, listener.Port)))),
            request.KRaftVersionFeature.MinSupportedVersion,
            request.KRaftVersionFeature.MaxSupportedVersion));

    private static ReplicaKey? VoterKey(int id, Uuid directoryId) => id < 0 ? null : new ReplicaKey(id, directoryId);
}
