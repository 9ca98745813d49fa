using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>Who may write, read and delete records, and find offsets.</summary>
internal sealed class RecordsAccessTests : AccessFixture
{
    internal const string Table = """
        Produce                 | Write Topic:orders                             | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
                                | Write Topic:orders, Write Topic:missing        | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 UNKNOWN_TOPIC_OR_PARTITION
                                | Read Topic:orders, IdempotentWrite Cluster     | orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
        Produce by id           | Write Topic:orders                             | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; unknown-0 UNKNOWN_TOPIC_ID
                                |                                                | orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED; unknown-0 UNKNOWN_TOPIC_ID
        Produce with acks 2     | Write Topic:orders                             | orders-0 INVALID_REQUIRED_ACKS; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
        Produce in transaction  | Write Topic:orders                             | orders-0 TRANSACTIONAL_ID_AUTHORIZATION_FAILED
        Fetch                   | Read Topic:orders                              | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
                                | Read Topic:orders, Read Topic:missing          | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 UNKNOWN_TOPIC_OR_PARTITION
                                | Describe Topic:orders, ClusterAction Cluster   | orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
        Fetch by id             | Read Topic:orders                              | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; unknown-0 UNKNOWN_TOPIC_ID
                                |                                                | orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED; unknown-0 UNKNOWN_TOPIC_ID
        Fetch as follower       | Read Topic:orders                              | orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED; unknown-0 TOPIC_AUTHORIZATION_FAILED
                                | ClusterAction Cluster                          | orders-0 UNKNOWN_LEADER_EPOCH; secret-0 UNKNOWN_LEADER_EPOCH; unknown-0 UNKNOWN_TOPIC_ID
        ListOffsets             | Describe Topic:orders                          | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
                                | Describe Topic:missing                         | missing-0 UNKNOWN_TOPIC_OR_PARTITION; orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED
                                | Read Topic:orders                              | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
        OffsetForLeaderEpoch    | Describe Topic:orders                          | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
                                | ClusterAction Cluster                          | orders-0 NONE; secret-0 NONE; missing-0 UNKNOWN_TOPIC_OR_PARTITION
                                | Describe Cluster                               | orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
        DeleteRecords           | Delete Topic:orders                            | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
                                | Delete Topic:missing, Delete Cluster           | orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 UNKNOWN_TOPIC_OR_PARTITION
                                | Read Topic:orders, Write Topic:orders          | orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
        """;

    private const int Follower = 1;

    [TestCaseSource(nameof(Rows))]
    public Task Each_permission_that_is_missing_is_answered_as_Kafka_does(AccessRow row) => CheckAsync(row, AskAsync);

    [Test]
    public async Task Without_acks_a_refused_write_closes_the_connection()
    {
        Grants.AllowOnly();
        await Client.WriteAsync(Produce(acks: 0, transactionalId: null, (Orders, default)), 12);
        Assert.That(await Client.ReadFrameAsync(), Is.Null);
    }

    [Test]
    public async Task A_session_hears_of_a_permission_that_is_gone_and_of_one_that_is_back()
    {
        Grants.AllowOnly(Grant.OnTopic(AclOperation.Read, Orders));
        var first = await Client.SendAsync(Fetch(0, 0, (Orders, default)), 12);
        Grants.AllowOnly();
        var second = await Client.SendAsync(Fetch(first.SessionId, 1), 12);
        Grants.AllowOnly(Grant.OnTopic(AclOperation.Read, Orders));
        var third = await Client.SendAsync(Fetch(first.SessionId, 2), 12);
        Assert.That(
            new[] { first, second, third }.Select(static response => response.Responses.Single().Partitions.Single().ErrorCode),
            Is.EqualTo([ErrorCode.None, ErrorCode.TopicAuthorizationFailed, ErrorCode.None]));
    }

    [Test]
    public async Task A_partition_that_may_not_be_read_does_not_end_the_wait_for_one_that_may()
    {
        await using var producer = await ConnectAsync();
        Grants.AllowOnly(Grant.OnTopic(AclOperation.Read, Orders), Grant.OnTopic(AclOperation.Write, Orders));
        var request = Fetch(0, -1, (Orders, default), (Secret, default));
        request.MaxWaitMs = 30_000;
        var correlation = await Client.WriteAsync(request, 12);
        await ProduceAsync(Orders, Batch("a"), client: producer);
        var response = await Client.ReadAsync<FetchResponse>(ApiKey.Fetch, 12, correlation);
        Assert.That(response.Responses[0].Partitions.Single().Records.Length, Is.GreaterThan(0));
        Assert.That(response.Responses[1].Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
    }

    private static IEnumerable<TestCaseData> Rows() => AccessRow.Read(Table);

    private async Task<IEnumerable<string>> AskAsync(string request)
    {
        (string, Uuid)[] byName = [(Orders, default), (Secret, default), (Missing, default)];
        (string, Uuid)[] byId = [("", OrdersId), ("", SecretId), ("", UnknownId)];
        switch (request)
        {
            case "Produce":
                return Show(await Client.SendAsync(Produce(acks: -1, transactionalId: null, byName), 12));
            case "Produce by id":
                return Show(await Client.SendAsync(Produce(acks: -1, transactionalId: null, byId), 13));
            case "Produce with acks 2":
                return Show(await Client.SendAsync(Produce(acks: 2, transactionalId: null, byName), 12));
            case "Produce in transaction":
                return Show(await Client.SendAsync(Produce(acks: -1, transactionalId: "payments", (Orders, default)), 12));
            case "Fetch":
                return Show(await Client.SendAsync(Fetch(0, -1, byName), 12));
            case "Fetch by id":
                return Show(await Client.SendAsync(Fetch(0, -1, byId), 17));
            case "Fetch as follower":
                var fetch = Fetch(0, -1, byId);
                fetch.ReplicaState.ReplicaId = new BrokerId(Follower);
                return Show(await Client.SendAsync(fetch, 17));
            case "ListOffsets":
                return await ListOffsetsAsync(Orders, Secret, Missing);
            case "OffsetForLeaderEpoch":
                return await FindEpochAsync(Orders, Secret, Missing);
            default:
                Assert.That(request, Is.EqualTo("DeleteRecords"));
                return await DeleteRecordsAsync(Orders, Secret, Missing);
        }
    }

    private static ProduceRequest Produce(short acks, string? transactionalId, params (string Name, Uuid Id)[] topics) => new()
    {
        Acks = acks,
        TimeoutMs = 10_000,
        TransactionalId = transactionalId,
        TopicData =
        [
            .. topics.Select(static topic => new ProduceRequest.TopicProduceData
            {
                Name = topic.Name, TopicId = topic.Id, PartitionData = [new ProduceRequest.PartitionProduceData { Index = 0, Records = Batch("a") }],
            }),
        ],
    };

    private static FetchRequest Fetch(int session, int epoch, params (string Name, Uuid Id)[] topics) => new()
    {
        SessionId = session,
        SessionEpoch = epoch,
        MaxWaitMs = 1,
        MinBytes = 1,
        Topics =
        [
            .. topics.Select(static topic => new FetchRequest.FetchTopic
            {
                Topic = topic.Name, TopicId = topic.Id, Partitions = [new FetchRequest.FetchPartition { Partition = 0, PartitionMaxBytes = 1 << 20 }],
            }),
        ],
    };

    private IEnumerable<string> Show(ProduceResponse response) => response.Responses.SelectMany(topic => topic.PartitionResponses.Select(
        partition => Show(topic.Name.Length > 0 ? topic.Name : NameOf(topic.TopicId), partition.Index, partition.ErrorCode, partition.ErrorMessage)));

    private IEnumerable<string> Show(FetchResponse response) => response.Responses.SelectMany(topic => topic.Partitions.Select(
        partition => Show(topic.Topic.Length > 0 ? topic.Topic : NameOf(topic.TopicId), partition.PartitionIndex, partition.ErrorCode)));

    private async Task<IEnumerable<string>> ListOffsetsAsync(params string[] topics)
    {
        var request = new ListOffsetsRequest
        {
            ReplicaId = new BrokerId(-1),
            Topics =
            [
                .. topics.Select(static topic => new ListOffsetsRequest.ListOffsetsTopic
                {
                    Name = topic, Partitions = [new ListOffsetsRequest.ListOffsetsPartition { Timestamp = -1, CurrentLeaderEpoch = -1 }],
                }),
            ],
        };
        return (await Client.SendAsync(request)).Topics.SelectMany(static topic => topic.Partitions.Select(partition => Show(topic.Name, partition.PartitionIndex, partition.ErrorCode)));
    }

    private async Task<IEnumerable<string>> FindEpochAsync(params string[] topics)
    {
        var request = new OffsetForLeaderEpochRequest
        {
            ReplicaId = new BrokerId(-1),
            Topics =
            [
                .. topics.Select(static topic => new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
                {
                    Topic = topic, Partitions = [new OffsetForLeaderEpochRequest.OffsetForLeaderPartition { CurrentLeaderEpoch = -1 }],
                }),
            ],
        };
        return (await Client.SendAsync(request)).Topics.SelectMany(static topic => topic.Partitions.Select(partition => Show(topic.Topic, partition.Partition, partition.ErrorCode)));
    }

    private async Task<IEnumerable<string>> DeleteRecordsAsync(params string[] topics)
    {
        var request = new DeleteRecordsRequest
        {
            TimeoutMs = 10_000,
            Topics =
            [
                .. topics.Select(static topic => new DeleteRecordsRequest.DeleteRecordsTopic
                {
                    Name = topic, Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = 0, Offset = -1 }],
                }),
            ],
        };
        return (await Client.SendAsync(request)).Topics.SelectMany(static topic => topic.Partitions.Select(partition => Show(topic.Name, partition.PartitionIndex, partition.ErrorCode)));
    }
}
