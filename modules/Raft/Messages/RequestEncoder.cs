using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Raft.Messages;

/// <summary>Turns calls into requests for the wire. Pure.</summary>
internal static class RequestEncoder
{
    private const string SoftwareName = "kafka-modular";

    public static IRequest Encode(RaftRequest request) => request switch
    {
        VoteCall vote => Encode(vote),
        BeginEpochCall begin => Encode(begin),
        EndEpochCall end => Encode(end),
        FetchCall fetch => Encode(fetch),
        FetchSnapshotCall snapshot => Encode(snapshot),
        UpdateVoterCall update => Encode(update),
        AddVoterCall add => new AddRaftVoterRequest
        {
            ClusterId = add.ClusterId,
            TimeoutMs = add.TimeoutMs,
            VoterId = add.Voter.Id,
            VoterDirectoryId = add.Voter.DirectoryId,
            Listeners =
            [
                .. add.Endpoints.ByListener.Select(endpoint => new AddRaftVoterRequest.Listener
                {
                    Name = endpoint.Key, Host = endpoint.Value.Host, Port = (ushort)endpoint.Value.Port,
                }),
            ],
            AckWhenCommitted = add.AckWhenCommitted,
        },
        RemoveVoterCall remove => new RemoveRaftVoterRequest
        {
            ClusterId = remove.ClusterId, VoterId = remove.Voter.Id, VoterDirectoryId = remove.Voter.DirectoryId,
        },
        SupportedVersionsCall => new ApiVersionsRequest { ClientSoftwareName = SoftwareName, ClientSoftwareVersion = "1" },
        _ => throw new ArgumentException($"{request} is not sent", nameof(request)),
    };

    private static VoteRequest Encode(VoteCall call) => new()
    {
        ClusterId = call.ClusterId,
        VoterId = (BrokerId)(call.Voter?.Id ?? -1),
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
                        ReplicaEpoch = call.Epoch,
                        ReplicaId = (BrokerId)call.Candidate.Id,
                        ReplicaDirectoryId = call.Candidate.DirectoryId,
                        VoterDirectoryId = call.Voter?.DirectoryId ?? Uuid.Zero,
                        LastOffsetEpoch = call.LastEpoch,
                        LastOffset = call.LastOffset,
                        PreVote = call.PreVote,
                    },
                ],
            },
        ],
    };

    private static BeginQuorumEpochRequest Encode(BeginEpochCall call) => new()
    {
        ClusterId = call.ClusterId,
        VoterId = (BrokerId)(call.Voter?.Id ?? -1),
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
                        VoterDirectoryId = call.Voter?.DirectoryId ?? Uuid.Zero,
                        LeaderId = (BrokerId)call.LeaderId,
                        LeaderEpoch = call.Epoch,
                    },
                ],
            },
        ],
        LeaderEndpoints =
        [
            .. call.LeaderEndpoints.ByListener.Select(endpoint => new BeginQuorumEpochRequest.LeaderEndpoint
            {
                Name = endpoint.Key, Host = endpoint.Value.Host, Port = (ushort)endpoint.Value.Port,
            }),
        ],
    };

    private static EndQuorumEpochRequest Encode(EndEpochCall call) => new()
    {
        ClusterId = call.ClusterId,
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
                        LeaderId = (BrokerId)call.LeaderId,
                        LeaderEpoch = call.Epoch,
                        PreferredSuccessors = [.. call.PreferredCandidates.Select(replica => replica.Id)],
                        PreferredCandidates =
                        [
                            .. call.PreferredCandidates.Select(replica => new EndQuorumEpochRequest.ReplicaInfo
                            {
                                CandidateId = (BrokerId)replica.Id, CandidateDirectoryId = replica.DirectoryId,
                            }),
                        ],
                    },
                ],
            },
        ],
        LeaderEndpoints =
        [
            .. call.LeaderEndpoints.ByListener.Select(endpoint => new EndQuorumEpochRequest.LeaderEndpoint
            {
                Name = endpoint.Key, Host = endpoint.Value.Host, Port = (ushort)endpoint.Value.Port,
            }),
        ],
    };

    private static FetchRequest Encode(FetchCall call) => new()
    {
        ClusterId = call.ClusterId,
        // From version 15 on; every Kafka since 3.5 has it.
        ReplicaState = new() { ReplicaId = (BrokerId)call.Replica.Id },
        MaxWaitMs = call.MaxWaitMs,
        MaxBytes = call.MaxBytes,
        Topics =
        [
            new()
            {
                Topic = MetadataPartition.Topic,
                TopicId = Uuid.MetadataTopicId,
                Partitions =
                [
                    new()
                    {
                        Partition = MetadataPartition.Partition,
                        CurrentLeaderEpoch = call.CurrentLeaderEpoch,
                        FetchOffset = call.FetchOffset,
                        LastFetchedEpoch = call.LastFetchedEpoch,
                        PartitionMaxBytes = call.MaxBytes,
                        ReplicaDirectoryId = call.Replica.DirectoryId,
                        HighWatermark = call.HighWatermark,
                    },
                ],
            },
        ],
    };

    private static FetchSnapshotRequest Encode(FetchSnapshotCall call) => new()
    {
        ClusterId = call.ClusterId,
        ReplicaId = (BrokerId)call.Replica.Id,
        MaxBytes = call.MaxBytes,
        Topics =
        [
            new()
            {
                Name = MetadataPartition.Topic,
                Partitions =
                [
                    new()
                    {
                        Partition = MetadataPartition.Partition,
                        CurrentLeaderEpoch = call.CurrentLeaderEpoch,
                        SnapshotId = new() { EndOffset = call.SnapshotId.Offset, Epoch = call.SnapshotId.Epoch },
                        Position = call.Position,
                        ReplicaDirectoryId = call.Replica.DirectoryId,
                    },
                ],
            },
        ],
    };

    private static UpdateRaftVoterRequest Encode(UpdateVoterCall call) => new()
    {
        ClusterId = call.ClusterId,
        CurrentLeaderEpoch = call.CurrentLeaderEpoch,
        VoterId = call.Voter.Key.Id,
        VoterDirectoryId = call.Voter.Key.DirectoryId,
        Listeners =
        [
            .. call.Voter.Endpoints.ByListener.Select(endpoint => new UpdateRaftVoterRequest.Listener
            {
                Name = endpoint.Key, Host = endpoint.Value.Host, Port = (ushort)endpoint.Value.Port,
            }),
        ],
        KRaftVersionFeature = new()
        {
            MinSupportedVersion = call.Voter.MinKRaftVersion, MaxSupportedVersion = call.Voter.MaxKRaftVersion,
        },
    };
}
