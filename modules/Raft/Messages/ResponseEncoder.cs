using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Messages;

/// <summary>Turns replies into responses for the wire. Pure.</summary>
internal static class ResponseEncoder
{
    /// <summary>A response that carries nothing but an error of the whole request.</summary>
    /// <exception cref="ArgumentException">It is not a quorum request.</exception>
    public static IResponse Refusal(IRequest request, ErrorCode error) => request switch
    {
        VoteRequest => new VoteResponse { ErrorCode = error },
        BeginQuorumEpochRequest => new BeginQuorumEpochResponse { ErrorCode = error },
        EndQuorumEpochRequest => new EndQuorumEpochResponse { ErrorCode = error },
        FetchRequest => new FetchResponse { ErrorCode = error },
        FetchSnapshotRequest snapshot => Refuse(snapshot, error),
        DescribeQuorumRequest describe => Refuse(describe, error),
        UpdateRaftVoterRequest => new UpdateRaftVoterResponse { ErrorCode = error },
        AddRaftVoterRequest => new AddRaftVoterResponse { ErrorCode = error },
        RemoveRaftVoterRequest => new RemoveRaftVoterResponse { ErrorCode = error },
        _ => throw new ArgumentException($"{request.Name} is not a quorum request", nameof(request)),
    };

    /// <summary>The response to a request.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="listenerName">Listener that the request came in on.</param>
    /// <param name="toUnixMs">Converts the state machine's clock to milliseconds since 1970 UTC.</param>
    public static IResponse Encode(IRequest request, RaftReply reply, string listenerName, Func<long, long> toUnixMs)
    {
        if (reply.TopLevelError != ErrorCode.None)
            return Refusal(request, reply.TopLevelError);
        var endpoint = reply.LeaderId >= 0 ? reply.LeaderEndpoints.Find(listenerName) : null;
        return reply switch
        {
            VoteReply vote => Encode(vote, endpoint),
            BeginEpochReply begin => Encode(begin, endpoint),
            EndEpochReply end => Encode(end, endpoint),
            FetchReply fetch => Encode(fetch, endpoint),
            FetchSnapshotReply snapshot => Encode(snapshot, endpoint),
            UpdateVoterReply update => Encode(update, endpoint),
            VoterChangeReply change when request is AddRaftVoterRequest =>
                new AddRaftVoterResponse { ErrorCode = change.Error, ErrorMessage = change.Message },
            VoterChangeReply change => new RemoveRaftVoterResponse { ErrorCode = change.Error, ErrorMessage = change.Message },
            DescribeQuorumReply describe => Encode(describe, toUnixMs),
            _ => throw new ArgumentException($"{reply} is not sent", nameof(reply)),
        };
    }

    private static FetchSnapshotResponse Refuse(FetchSnapshotRequest request, ErrorCode error)
    {
        // Kafka names the partition where that is what is wrong, and refuses the whole request otherwise.
        if (error != ErrorCode.UnknownTopicOrPartition || request.Topics is not [{ Partitions: [{ } partition] } topic])
            return new() { ErrorCode = error == ErrorCode.UnknownTopicOrPartition ? ErrorCode.InvalidRequest : error };
        return new() { Topics = [new() { Name = topic.Name, Partitions = [new() { Index = partition.Partition, ErrorCode = error }] }] };
    }

    private static DescribeQuorumResponse Refuse(DescribeQuorumRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new DescribeQuorumResponse.TopicData
            {
                TopicName = topic.TopicName,
                Partitions =
                [
                    .. topic.Partitions.Select(partition => new DescribeQuorumResponse.PartitionData
                    {
                        PartitionIndex = partition.PartitionIndex, ErrorCode = error,
                    }),
                ],
            }),
        ],
    };

    private static VoteResponse Encode(VoteReply reply, RaftEndpoint? endpoint) => new()
    {
        Topics =
        [
            new()
            {
                TopicName = MetadataPartition.Topic,
                Partitions =
                [
                    new()
                    {
                        PartitionIndex = MetadataPartition.Partition,
                        ErrorCode = reply.Error,
                        LeaderId = (BrokerId)reply.LeaderId,
                        LeaderEpoch = reply.LeaderEpoch,
                        VoteGranted = reply.VoteGranted,
                    },
                ],
            },
        ],
        NodeEndpoints = endpoint is { } leader
            ? [new() { NodeId = (BrokerId)reply.LeaderId, Host = leader.Host, Port = (ushort)leader.Port }]
            : [],
    };

    private static BeginQuorumEpochResponse Encode(BeginEpochReply reply, RaftEndpoint? endpoint) => new()
    {
        Topics =
        [
            new()
            {
                TopicName = MetadataPartition.Topic,
                Partitions =
                [
                    new()
                    {
                        PartitionIndex = MetadataPartition.Partition,
                        ErrorCode = reply.Error,
                        LeaderId = (BrokerId)reply.LeaderId,
                        LeaderEpoch = reply.LeaderEpoch,
                    },
                ],
            },
        ],
        NodeEndpoints = endpoint is { } leader
            ? [new() { NodeId = (BrokerId)reply.LeaderId, Host = leader.Host, Port = (ushort)leader.Port }]
            : [],
    };

    private static EndQuorumEpochResponse Encode(EndEpochReply reply, RaftEndpoint? endpoint) => new()
    {
        Topics =
        [
            new()
            {
                TopicName = MetadataPartition.Topic,
                Partitions =
                [
                    new()
                    {
                        PartitionIndex = MetadataPartition.Partition,
                        ErrorCode = reply.Error,
                        LeaderId = (BrokerId)reply.LeaderId,
                        LeaderEpoch = reply.LeaderEpoch,
                    },
                ],
            },
        ],
        NodeEndpoints = endpoint is { } leader
            ? [new() { NodeId = (BrokerId)reply.LeaderId, Host = leader.Host, Port = (ushort)leader.Port }]
            : [],
    };

    private static FetchResponse Encode(FetchReply reply, RaftEndpoint? endpoint)
    {
        var partition = new FetchResponse.PartitionData
        {
            PartitionIndex = MetadataPartition.Partition,
            ErrorCode = reply.Error,
            HighWatermark = reply.HighWatermark,
            LogStartOffset = reply.LogStartOffset,
            CurrentLeader = new() { LeaderId = (BrokerId)reply.LeaderId, LeaderEpoch = reply.LeaderEpoch },
            AbortedTransactions = null,
            Records = new(reply.Records),
        };
        if (reply.Diverging is { } diverging)
            partition.DivergingEpoch = new() { Epoch = diverging.Epoch, EndOffset = diverging.Offset };
        if (reply.SnapshotId is { } snapshot)
            partition.SnapshotId = new() { Epoch = snapshot.Epoch, EndOffset = snapshot.Offset };
        return new()
        {
            Responses = [new() { Topic = MetadataPartition.Topic, TopicId = Core.Ids.Uuid.MetadataTopicId, Partitions = [partition] }],
            NodeEndpoints = endpoint is { } leader
                ? [new() { NodeId = (BrokerId)reply.LeaderId, Host = leader.Host, Port = leader.Port }]
                : [],
        };
    }

    private static FetchSnapshotResponse Encode(FetchSnapshotReply reply, RaftEndpoint? endpoint)
    {
        var partition = new FetchSnapshotResponse.PartitionSnapshot
        {
            Index = MetadataPartition.Partition,
            ErrorCode = reply.Error,
            CurrentLeader = new() { LeaderId = (BrokerId)reply.LeaderId, LeaderEpoch = reply.LeaderEpoch },
            Size = reply.Size,
            Position = reply.Position,
            UnalignedRecords = new(reply.Bytes),
        };
        if (reply.SnapshotId is { } snapshot)
            partition.SnapshotId = new() { Epoch = snapshot.Epoch, EndOffset = snapshot.Offset };
        return new()
        {
            Topics = [new() { Name = MetadataPartition.Topic, Partitions = [partition] }],
            NodeEndpoints = endpoint is { } leader
                ? [new() { NodeId = (BrokerId)reply.LeaderId, Host = leader.Host, Port = (ushort)leader.Port }]
                : [],
        };
    }

    private static UpdateRaftVoterResponse Encode(UpdateVoterReply reply, RaftEndpoint? endpoint)
    {
        var response = new UpdateRaftVoterResponse { ErrorCode = reply.Error };
        if (reply.LeaderEpoch >= 0)
        {
            response.CurrentLeader = new()
            {
                LeaderId = (BrokerId)reply.LeaderId,
                LeaderEpoch = reply.LeaderEpoch,
                Host = endpoint?.Host ?? "",
                Port = endpoint?.Port ?? 0,
            };
        }

        return response;
    }

    private static DescribeQuorumResponse Encode(DescribeQuorumReply reply, Func<long, long> toUnixMs)
    {
        var partition = new DescribeQuorumResponse.PartitionData { PartitionIndex = MetadataPartition.Partition, ErrorCode = reply.Error };
        var response = new DescribeQuorumResponse
        {
            Topics = [new() { TopicName = MetadataPartition.Topic, Partitions = [partition] }],
        };
        if (reply.Error != ErrorCode.None)
            return response;
        partition.LeaderId = (BrokerId)reply.LeaderId;
        partition.LeaderEpoch = reply.LeaderEpoch;
        partition.HighWatermark = reply.HighWatermark;
        partition.CurrentVoters = [.. reply.Voters.Select(voter => Describe(voter, toUnixMs))];
        partition.Observers = [.. reply.Observers.Select(observer => Describe(observer, toUnixMs))];
        response.Nodes =
        [
            .. reply.Voters.Select(voter => new DescribeQuorumResponse.Node
            {
                NodeId = (BrokerId)voter.Key.Id,
                Listeners =
                [
                    .. voter.Endpoints.ByListener.Select(endpoint => new DescribeQuorumResponse.Listener
                    {
                        Name = endpoint.Key, Host = endpoint.Value.Host, Port = (ushort)endpoint.Value.Port,
                    }),
                ],
            }),
        ];
        return response;
    }

    private static DescribeQuorumResponse.ReplicaState Describe(ReplicaDescription replica, Func<long, long> toUnixMs) => new()
    {
        ReplicaId = (BrokerId)replica.Key.Id,
        ReplicaDirectoryId = replica.Key.DirectoryId,
        LogEndOffset = replica.LogEndOffset,
        LastFetchTimestamp = toUnixMs(replica.LastFetchMs),
        LastCaughtUpTimestamp = toUnixMs(replica.LastCaughtUpMs),
    };
}
