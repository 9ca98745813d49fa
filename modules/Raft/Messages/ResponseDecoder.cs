using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Messages;

/// <summary>Turns responses from the wire into replies. Pure.</summary>
internal static class ResponseDecoder
{
    private const string KRaftVersionFeature = "kraft.version";

    /// <summary>The reply, or null when the response is about something else than was asked.</summary>
    /// <param name="response">The response.</param>
    /// <param name="listenerName">The listener on which quorum nodes reach each other; its endpoint is what responses name.</param>
    public static RaftReply? Decode(IResponse response, string listenerName) => response switch
    {
        VoteResponse vote => Decode(vote, listenerName),
        BeginQuorumEpochResponse begin => Decode(begin, listenerName),
        EndQuorumEpochResponse end => Decode(end, listenerName),
        FetchResponse fetch => Decode(fetch, listenerName),
        FetchSnapshotResponse snapshot => Decode(snapshot, listenerName),
        UpdateRaftVoterResponse update => Decode(update, listenerName),
        AddRaftVoterResponse add => new VoterChangeReply { Error = add.ErrorCode, Message = add.ErrorMessage },
        RemoveRaftVoterResponse remove => new VoterChangeReply { Error = remove.ErrorCode, Message = remove.ErrorMessage },
        ApiVersionsResponse versions => Decode(versions),
        _ => null,
    };

    private static VoteReply? Decode(VoteResponse response, string listenerName)
    {
        if (response.ErrorCode != ErrorCode.None)
            return new() { TopLevelError = response.ErrorCode };
        if (response.Topics is not [{ TopicName: MetadataPartition.Topic, Partitions: [{ PartitionIndex: MetadataPartition.Partition } partition] }])
            return null;
        var endpoints = response.NodeEndpoints.Select(node => ((int)node.NodeId, node.Host, (int)node.Port));
        return new()
        {
            Error = partition.ErrorCode,
            LeaderId = partition.LeaderId,
            LeaderEpoch = partition.LeaderEpoch,
            LeaderEndpoints = Find(endpoints, partition.LeaderId, listenerName),
            VoteGranted = partition.VoteGranted,
        };
    }

    private static BeginEpochReply? Decode(BeginQuorumEpochResponse response, string listenerName)
    {
        if (response.ErrorCode != ErrorCode.None)
            return new() { TopLevelError = response.ErrorCode };
        if (response.Topics is not [{ TopicName: MetadataPartition.Topic, Partitions: [{ PartitionIndex: MetadataPartition.Partition } partition] }])
            return null;
        var endpoints = response.NodeEndpoints.Select(node => ((int)node.NodeId, node.Host, (int)node.Port));
        return new()
        {
            Error = partition.ErrorCode,
            LeaderId = partition.LeaderId,
            LeaderEpoch = partition.LeaderEpoch,
            LeaderEndpoints = Find(endpoints, partition.LeaderId, listenerName),
        };
    }

    private static EndEpochReply? Decode(EndQuorumEpochResponse response, string listenerName)
    {
        if (response.ErrorCode != ErrorCode.None)
            return new() { TopLevelError = response.ErrorCode };
        if (response.Topics is not [{ TopicName: MetadataPartition.Topic, Partitions: [{ PartitionIndex: MetadataPartition.Partition } partition] }])
            return null;
        var endpoints = response.NodeEndpoints.Select(node => ((int)node.NodeId, node.Host, (int)node.Port));
        return new()
        {
            Error = partition.ErrorCode,
            LeaderId = partition.LeaderId,
            LeaderEpoch = partition.LeaderEpoch,
            LeaderEndpoints = Find(endpoints, partition.LeaderId, listenerName),
        };
    }

    private static FetchReply? Decode(FetchResponse response, string listenerName)
    {
        if (response.ErrorCode != ErrorCode.None)
            return new() { TopLevelError = response.ErrorCode };
        if (response.Responses is not [{ Partitions: [{ PartitionIndex: MetadataPartition.Partition } partition] } topic]
            || (topic.Topic != MetadataPartition.Topic && topic.TopicId != Core.Ids.Uuid.MetadataTopicId))
        {
            return null;
        }

        var endpoints = response.NodeEndpoints.Select(node => ((int)node.NodeId, node.Host, node.Port));
        var leader = partition.CurrentLeader;
        return new()
        {
            Error = partition.ErrorCode,
            LeaderId = leader.LeaderId,
            LeaderEpoch = leader.LeaderEpoch,
            LeaderEndpoints = Find(endpoints, leader.LeaderId, listenerName),
            HighWatermark = partition.HighWatermark,
            LogStartOffset = partition.LogStartOffset,
            Diverging = partition.DivergingEpoch is { Epoch: >= 0 } diverging
                ? new OffsetAndEpoch(diverging.EndOffset, diverging.Epoch)
                : null,
            SnapshotId = partition.SnapshotId is { } snapshot && (snapshot.Epoch >= 0 || snapshot.EndOffset >= 0)
                ? new OffsetAndEpoch(snapshot.EndOffset, snapshot.Epoch)
                : null,
            Records = Bytes(partition.Records),
        };
    }

    private static FetchSnapshotReply? Decode(FetchSnapshotResponse response, string listenerName)
    {
        if (response.ErrorCode != ErrorCode.None)
            return new() { TopLevelError = response.ErrorCode };
        if (response.Topics is not [{ Name: MetadataPartition.Topic, Partitions: [{ Index: MetadataPartition.Partition } partition] }])
            return null;
        var endpoints = response.NodeEndpoints.Select(node => ((int)node.NodeId, node.Host, (int)node.Port));
        var leader = partition.CurrentLeader;
        return new()
        {
            Error = partition.ErrorCode,
            LeaderId = leader.LeaderId,
            LeaderEpoch = leader.LeaderEpoch,
            LeaderEndpoints = Find(endpoints, leader.LeaderId, listenerName),
            SnapshotId = partition.SnapshotId is { Epoch: >= 0, EndOffset: >= 0 } snapshot
                ? new OffsetAndEpoch(snapshot.EndOffset, snapshot.Epoch)
                : null,
            Size = partition.Size,
            Position = partition.Position,
            Bytes = Bytes(partition.UnalignedRecords),
        };
    }

    private static UpdateVoterReply Decode(UpdateRaftVoterResponse response, string listenerName)
    {
        var leader = response.CurrentLeader;
        return new()
        {
            // This response has no second place for an error, but the ones of the whole request come without a leader's epoch.
            TopLevelError = leader.LeaderEpoch < 0 ? response.ErrorCode : ErrorCode.None,
            Error = response.ErrorCode,
            LeaderId = leader.LeaderId,
            LeaderEpoch = leader.LeaderEpoch,
            LeaderEndpoints = leader.Host.Length > 0 ? RaftEndpoints.Of(listenerName, leader.Host, leader.Port) : RaftEndpoints.Empty,
        };
    }

    private static SupportedVersionsReply Decode(ApiVersionsResponse response)
    {
        var feature = response.SupportedFeatures.Find(feature => feature.Name == KRaftVersionFeature);
        return new(feature?.MinVersion ?? 0, feature?.MaxVersion ?? 0) { TopLevelError = response.ErrorCode };
    }

    private static RaftEndpoints Find(IEnumerable<(int Id, string Host, int Port)> nodes, int leaderId, string listenerName)
    {
        foreach (var (id, host, port) in nodes)
        {
            if (id == leaderId)
                return RaftEndpoints.Of(listenerName, host, port);
        }

        return RaftEndpoints.Empty;
    }

    private static ReadOnlyMemory<byte> Bytes(Protocol.Messages.Records records) =>
        records.TryGetMemory(out var bytes) ? bytes : records.ToArray();
}
