using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Json;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>Every version of every API can say that the client may not: the refusal stands where that version has a place for it.</summary>
internal sealed class RefusalVersionsTests : AccessFixture
{
    /// <summary>Sends the request in one version; gives the response as JSON.</summary>
    internal delegate Task<string> Probe(RefusalVersionsTests test, short version);

    [TestCaseSource(nameof(Probes))]
    public async Task Every_version_can_say_no(ApiKey api, int firstVersion, Probe probe)
    {
        Grants.AllowOnly();
        for (var version = (short)firstVersion; version <= MessageCatalog.Api(api).AdvertisedHighest(false); version++)
        {
            Assert.That(await probe(this, version), Does.Match("\"errorCode\":(29|30|31|53)\\b"), $"version {version}");
        }
    }

    private static IEnumerable<TestCaseData> Probes() =>
    [
        Of<ProduceRequest, ProduceResponse>(static (test, version) => new ProduceRequest
        {
            Acks = 1,
            TopicData =
            [
                new ProduceRequest.TopicProduceData
                {
                    Name = version < 13 ? Orders : "", TopicId = version < 13 ? default : test.OrdersId, PartitionData = [new ProduceRequest.PartitionProduceData { Records = Batch("a") }],
                },
            ],
        }),
        Of<FetchRequest, FetchResponse>(static (test, version) => new FetchRequest
        {
            Topics =
            [
                new FetchRequest.FetchTopic
                {
                    Topic = version < 13 ? Orders : "", TopicId = version < 13 ? default : test.OrdersId, Partitions = [new FetchRequest.FetchPartition { PartitionMaxBytes = 100 }],
                },
            ],
        }),
        Of<ListOffsetsRequest, ListOffsetsResponse>(static (_, _) => new ListOffsetsRequest
        {
            ReplicaId = new BrokerId(-1), Topics = [new ListOffsetsRequest.ListOffsetsTopic { Name = Orders, Partitions = [new ListOffsetsRequest.ListOffsetsPartition { Timestamp = -1 }] }],
        }),
        Of<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(static (_, _) => new OffsetForLeaderEpochRequest
        {
            Topics = [new OffsetForLeaderEpochRequest.OffsetForLeaderTopic { Topic = Orders, Partitions = [new OffsetForLeaderEpochRequest.OffsetForLeaderPartition()] }],
        }),
        Of<DeleteRecordsRequest, DeleteRecordsResponse>(static (_, _) => new DeleteRecordsRequest
        {
            Topics = [new DeleteRecordsRequest.DeleteRecordsTopic { Name = Orders, Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition()] }],
        }),
        Of<MetadataRequest, MetadataResponse>(static (_, _) => new MetadataRequest { Topics = [new MetadataRequest.MetadataRequestTopic { Name = Orders }] }),
        Of<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(
            static (_, _) => new DescribeTopicPartitionsRequest { Topics = [new DescribeTopicPartitionsRequest.TopicRequest { Name = Orders }] }),
        Of<CreateTopicsRequest, CreateTopicsResponse>(
            static (_, _) => new CreateTopicsRequest { Topics = [new CreateTopicsRequest.CreatableTopic { Name = "new", NumPartitions = 1, ReplicationFactor = 1 }] }),
        Of<CreatePartitionsRequest, CreatePartitionsResponse>(
            static (_, _) => new CreatePartitionsRequest { Topics = [new CreatePartitionsRequest.CreatePartitionsTopic { Name = Orders, Count = 2, Assignments = null }] }),
        Of<DeleteTopicsRequest, DeleteTopicsResponse>(static (_, version) => version < 6
            ? new DeleteTopicsRequest { TopicNames = [Orders] }
            : new DeleteTopicsRequest { Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = Orders }] }),
        .. OfGroups(),
        .. OfConfigs(),
        .. OfTheCluster(),
    ];

    private static IEnumerable<TestCaseData> OfGroups() =>
    [
        Of<FindCoordinatorRequest, FindCoordinatorResponse>(static (_, version) => version < 4
            ? new FindCoordinatorRequest { Key = Readers }
            : new FindCoordinatorRequest { CoordinatorKeys = [Readers] }),
        Of<JoinGroupRequest, JoinGroupResponse>(static (_, _) => new JoinGroupRequest { GroupId = Readers, ProtocolType = "consumer" }),
        Of<SyncGroupRequest, SyncGroupResponse>(static (_, version) => version < 5
            ? new SyncGroupRequest { GroupId = Readers }
            : new SyncGroupRequest { GroupId = Readers, ProtocolType = "consumer", ProtocolName = "range" }),
        Of<HeartbeatRequest, HeartbeatResponse>(static (_, _) => new HeartbeatRequest { GroupId = Readers }),
        Of<LeaveGroupRequest, LeaveGroupResponse>(static (_, _) => new LeaveGroupRequest { GroupId = Readers }),
        Of<OffsetCommitRequest, OffsetCommitResponse>(static (test, version) => new OffsetCommitRequest
        {
            GroupId = Readers,
            Topics =
            [
                new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = version < 10 ? Orders : "",
                    TopicId = version < 10 ? default : test.OrdersId,
                    Partitions = [new OffsetCommitRequest.OffsetCommitRequestPartition()],
                },
            ],
        }),
        Of<OffsetFetchRequest, OffsetFetchResponse>(static (_, version) => version < 8
            ? new OffsetFetchRequest { GroupId = Readers, Topics = [new OffsetFetchRequest.OffsetFetchRequestTopic { Name = Orders, PartitionIndexes = [0] }] }
            : new OffsetFetchRequest { Groups = [new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = Readers, Topics = null }] }),
        Of<OffsetDeleteRequest, OffsetDeleteResponse>(static (_, _) => new OffsetDeleteRequest { GroupId = Readers }),
        Of<DescribeGroupsRequest, DescribeGroupsResponse>(static (_, _) => new DescribeGroupsRequest { Groups = [Readers] }),
        Of<DeleteGroupsRequest, DeleteGroupsResponse>(static (_, _) => new DeleteGroupsRequest { GroupsNames = [Readers] }),
    ];

    private static IEnumerable<TestCaseData> OfConfigs() =>
    [
        Of<DescribeConfigsRequest, DescribeConfigsResponse>(static (_, _) => new DescribeConfigsRequest
        {
            Resources = [new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = 2, ResourceName = Orders, ConfigurationKeys = null }],
        }),
        Of<AlterConfigsRequest, AlterConfigsResponse>(
            static (_, _) => new AlterConfigsRequest { Resources = [new AlterConfigsRequest.AlterConfigsResource { ResourceType = 2, ResourceName = Orders }] }),
        Of<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
            static (_, _) => new IncrementalAlterConfigsRequest { Resources = [new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = 2, ResourceName = Orders }] }),
        Of<ListConfigResourcesRequest, ListConfigResourcesResponse>(static (_, _) => new ListConfigResourcesRequest()),
    ];

    private static IEnumerable<TestCaseData> OfTheCluster() =>
    [
        Of<DescribeQuorumRequest, DescribeQuorumResponse>(static (_, _) => new DescribeQuorumRequest()),
        Of<UpdateFeaturesRequest, UpdateFeaturesResponse>(static (_, _) => new UpdateFeaturesRequest()),
        Of<UnregisterBrokerRequest, UnregisterBrokerResponse>(static (_, _) => new UnregisterBrokerRequest()),
        Of<InitProducerIdRequest, InitProducerIdResponse>(static (_, _) => new InitProducerIdRequest { TransactionalId = null, ProducerEpoch = -1 }),
        Of<ElectLeadersRequest, ElectLeadersResponse>(
            static (_, _) => new ElectLeadersRequest { TopicPartitions = [new ElectLeadersRequest.TopicPartitionsData { Topic = Orders, Partitions = [0] }] }),
        Of<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(static (_, _) => new AlterPartitionReassignmentsRequest()),
        Of<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(static (_, _) => new ListPartitionReassignmentsRequest
        {
            Topics = [new ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics { Name = Orders, PartitionIndexes = [0] }],
        }),
        Of<DescribeProducersRequest, DescribeProducersResponse>(
            static (_, _) => new DescribeProducersRequest { Topics = [new DescribeProducersRequest.TopicRequest { Name = Orders, PartitionIndexes = [0] }] }),

        // Below version 3 nothing is what it says.
        Of<DescribeLogDirsRequest, DescribeLogDirsResponse>(static (_, _) => new DescribeLogDirsRequest { Topics = null }, firstVersion: 3),
        Of<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(static (_, _) => new AlterReplicaLogDirsRequest
        {
            Dirs =
            [
                new AlterReplicaLogDirsRequest.AlterReplicaLogDir
                {
                    Path = "/elsewhere", Topics = [new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic { Name = Orders, Partitions = [0] }],
                },
            ],
        }),
    ];

    private static TestCaseData Of<TRequest, TResponse>(Func<RefusalVersionsTests, short, TRequest> create, int? firstVersion = null)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        Probe probe = async (test, version) => JsonMessageWriter.ToText(await test.Client.SendAsync<TRequest, TResponse>(create(test, version), version), version);
        return new TestCaseData(TRequest.Key, firstVersion ?? MessageCatalog.Api(TRequest.Key).LowestVersion, probe).SetArgDisplayNames(TRequest.Key.ToString());
    }
}
