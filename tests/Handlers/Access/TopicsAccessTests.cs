using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>Who may see, create, grow and delete topics; what does not exist and what may not be seen are told apart by nobody who may not describe it.</summary>
internal sealed class TopicsAccessTests : AccessFixture
{
    internal const string Table = """
        Metadata                              | Describe Topic:orders                                              | orders NONE 1 partition; secret TOPIC_AUTHORIZATION_FAILED; missing TOPIC_AUTHORIZATION_FAILED
                                              | Describe Topic:orders, Describe Topic:missing                      | orders NONE 1 partition; secret TOPIC_AUTHORIZATION_FAILED; missing UNKNOWN_TOPIC_OR_PARTITION
                                              | Create Topic:missing, Create Cluster, Describe Cluster             | orders TOPIC_AUTHORIZATION_FAILED; secret TOPIC_AUTHORIZATION_FAILED; missing TOPIC_AUTHORIZATION_FAILED
        Metadata of all                       |                                                                    |
                                              | Describe Topic:orders                                              | orders NONE 1 partition
                                              | Describe Cluster, ClusterAction Cluster                            |
        Metadata v0 of all                    | Describe Topic:secret                                              | secret NONE 1 partition
        Metadata by id                        | Describe Topic:orders                                              | orders NONE 1 partition; null TOPIC_AUTHORIZATION_FAILED; null UNKNOWN_TOPIC_ID
                                              |                                                                    | null TOPIC_AUTHORIZATION_FAILED; null TOPIC_AUTHORIZATION_FAILED; null UNKNOWN_TOPIC_ID
        Metadata and creation                 | Describe Topic:missing                                             | missing TOPIC_AUTHORIZATION_FAILED
                                              | Create Topic:missing                                               | missing TOPIC_AUTHORIZATION_FAILED
                                              | Create Topic:missing, Describe Topic:missing                       | missing UNKNOWN_TOPIC_OR_PARTITION
                                              | Create Cluster, Describe Topic:missing                             | missing UNKNOWN_TOPIC_OR_PARTITION
        Metadata with operations              | Describe Topic:orders, Create Cluster                              | cluster 0; orders NONE 1 partition 256; secret TOPIC_AUTHORIZATION_FAILED
                                              | Write Topic:orders, Alter Cluster, IdempotentWrite Cluster         | cluster 4480; orders NONE 1 partition 272; secret TOPIC_AUTHORIZATION_FAILED
        DescribeTopicPartitions               | Describe Topic:orders                                              | orders NONE 256; missing TOPIC_AUTHORIZATION_FAILED; secret TOPIC_AUTHORIZATION_FAILED
                                              | Read Topic:orders, Describe Topic:missing                          | missing UNKNOWN_TOPIC_OR_PARTITION 256; orders NONE 264; secret TOPIC_AUTHORIZATION_FAILED
        DescribeTopicPartitions of all        | Describe Topic:orders                                              | orders NONE 256
                                              | Describe Cluster                                                   |
        CreateTopics                          | Create Cluster                                                     | new NONE, configs TOPIC_AUTHORIZATION_FAILED, 0 of them, -1 partitions, replication -1
                                              | Create Topic:new                                                   | new NONE, configs TOPIC_AUTHORIZATION_FAILED, 0 of them, -1 partitions, replication -1
                                              | Create Topic:new, DescribeConfigs Topic:new                        | new NONE, configs NONE, all of them, 1 partitions, replication 1
                                              | Create Cluster, AlterConfigs Topic:new                             | new NONE, configs NONE, all of them, 1 partitions, replication 1
                                              | Write Topic:new, Alter Cluster, Create Topic:other                 | new TOPIC_AUTHORIZATION_FAILED 'Authorization failed.'
        CreateTopics of some                  | Create Topic:new                                                   | new NONE; orders TOPIC_AUTHORIZATION_FAILED 'Authorization failed.'
                                              | Create Topic:new, Create Topic:orders                              | new NONE; orders TOPIC_ALREADY_EXISTS 'Topic 'orders' already exists.'
        CreateTopics twice                    |                                                                    | new INVALID_REQUEST 'Duplicate topic name.'
        CreateTopics of the metadata          | Create Cluster                                                     | __cluster_metadata INVALID_REQUEST 'Creation of internal topic __cluster_metadata is prohibited.'
                                              |                                                                    | __cluster_metadata INVALID_REQUEST 'Creation of internal topic __cluster_metadata is prohibited.'
        CreatePartitions                      | Alter Topic:orders                                                 | orders NONE; secret TOPIC_AUTHORIZATION_FAILED; missing TOPIC_AUTHORIZATION_FAILED
                                              | Create Topic:orders, Alter Cluster, Create Cluster                 | orders TOPIC_AUTHORIZATION_FAILED; secret TOPIC_AUTHORIZATION_FAILED; missing TOPIC_AUTHORIZATION_FAILED
        CreatePartitions twice                |                                                                    | orders INVALID_REQUEST 'Duplicate topic name.'
        DeleteTopics                          | Delete Topic:orders                                                | orders NONE; secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; missing TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'
                                              | Describe Topic:secret, Describe Topic:missing, Alter Cluster       | orders TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; missing UNKNOWN_TOPIC_OR_PARTITION 'The broker does not host this topic or partition.'
                                              | Delete Topic:missing                                               | missing UNKNOWN_TOPIC_OR_PARTITION 'The broker does not host this topic or partition.'; orders TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'
                                              | Delete Cluster                                                     | orders NONE; secret NONE; missing UNKNOWN_TOPIC_OR_PARTITION 'The broker does not host this topic or partition.'
        DeleteTopics v4                       | Delete Topic:orders                                                | orders NONE; secret TOPIC_AUTHORIZATION_FAILED; missing TOPIC_AUTHORIZATION_FAILED
        DeleteTopics by id                    | Delete Topic:orders                                                | orders NONE; null secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; null unknown UNKNOWN_TOPIC_ID 'The broker does not know this topic id.'
                                              | Describe Topic:secret                                              | null orders TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; null unknown UNKNOWN_TOPIC_ID 'The broker does not know this topic id.'
        DeleteTopics twice                    |                                                                    | orders INVALID_REQUEST 'Duplicate topic name.'; orders INVALID_REQUEST 'Duplicate topic name.'; missing INVALID_REQUEST 'Duplicate topic name.'; missing INVALID_REQUEST 'Duplicate topic name.'
        DeleteTopics by name and id           |                                                                    | orders unknown INVALID_REQUEST 'You may not specify both topic name and topic id.'
        """;

    private const string New = "new";

    [TestCaseSource(nameof(Rows))]
    public Task Each_permission_that_is_missing_is_answered_as_Kafka_does(AccessRow row) => CheckAsync(row, AskAsync);

    [Test]
    public async Task Nobody_learns_an_id_by_a_name_that_may_not_be_described()
    {
        Grants.AllowOnly();
        var metadata = (await Client.SendAsync(new MetadataRequest { Topics = [new MetadataRequest.MetadataRequestTopic { Name = Secret }] })).Topics.Single();
        var described = (await Client.SendAsync(new DescribeTopicPartitionsRequest { Topics = [new DescribeTopicPartitionsRequest.TopicRequest { Name = Secret }] })).Topics.Single();
        var deleted = (await Client.SendAsync(new DeleteTopicsRequest { Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = Secret }] })).Responses.Single();
        Assert.That(new[] { metadata.TopicId, described.TopicId, deleted.TopicId }, Is.All.EqualTo(Uuid.Zero));
        Assert.That(metadata.Partitions, Is.Empty);
    }

    [Test]
    public async Task What_may_not_be_created_is_not_created()
    {
        Grants.AllowOnly(Grant.OnTopic(AclOperation.Describe, Missing));
        await AskAsync("Metadata and creation");
        await AskAsync("CreateTopics");
        Grants.AllowEverything();
        var all = (await Client.SendAsync(new MetadataRequest { Topics = null })).Topics.Select(static topic => topic.Name);
        Assert.That(all, Is.EquivalentTo(new[] { Orders, Secret, "__consumer_offsets" }));
    }

    private static IEnumerable<TestCaseData> Rows() => AccessRow.Read(Table);

    private async Task<IEnumerable<string>> AskAsync(string request)
    {
        var metadata = new MetadataRequest
        {
            Topics = [.. new[] { Orders, Secret, Missing }.Select(static name => new MetadataRequest.MetadataRequestTopic { Name = name })], AllowAutoTopicCreation = false,
        };
        switch (request)
        {
            case "Metadata":
                return Show(await Client.SendAsync(metadata));
            case "Metadata of all":
                return Show(await Client.SendAsync(new MetadataRequest { Topics = null, AllowAutoTopicCreation = true }));
            case "Metadata v0 of all":
                return Show(await Client.SendAsync(new MetadataRequest { Topics = [] }, 0));
            case "Metadata by id":
                return Show(await Client.SendAsync(new MetadataRequest
                {
                    Topics = [.. new[] { OrdersId, SecretId, UnknownId }.Select(static id => new MetadataRequest.MetadataRequestTopic { TopicId = id, Name = null })],
                }));
            case "Metadata and creation":
                return Show(await Client.SendAsync(new MetadataRequest
                {
                    Topics = [new MetadataRequest.MetadataRequestTopic { Name = Missing }], AllowAutoTopicCreation = true,
                }));
            case "Metadata with operations":
                (metadata.IncludeClusterAuthorizedOperations, metadata.IncludeTopicAuthorizedOperations) = (true, true);
                metadata.Topics.RemoveAt(2);
                var answer = await Client.SendAsync(metadata, 10);
                return Show(answer).Prepend($"cluster {answer.ClusterAuthorizedOperations}");
            case "DescribeTopicPartitions":
                return await DescribeAsync(Orders, Secret, Missing);
            case "DescribeTopicPartitions of all":
                return await DescribeAsync();
            case "CreatePartitions":
                return await CreatePartitionsAsync(Orders, Secret, Missing);
            case "CreatePartitions twice":
                return await CreatePartitionsAsync(Orders, Orders);
            default:
                return request.StartsWith("Create", StringComparison.Ordinal) ? await CreateAsync(request) : await DeleteAsync(request);
        }
    }

    private static IEnumerable<string> Show(MetadataResponse response) => response.Topics.Where(static topic => topic.Name != "__consumer_offsets").Select(static topic =>
        Show(topic.Name, topic.ErrorCode)
        + (topic.Partitions.Count > 0 ? $" {topic.Partitions.Count} partition" : "")
        + (topic.TopicAuthorizedOperations != int.MinValue ? $" {topic.TopicAuthorizedOperations}" : ""));

    private async Task<IEnumerable<string>> DescribeAsync(params string[] topics)
    {
        var request = new DescribeTopicPartitionsRequest { Topics = [.. topics.Select(static name => new DescribeTopicPartitionsRequest.TopicRequest { Name = name })] };
        return (await Client.SendAsync(request)).Topics.Where(static topic => topic.Name != "__consumer_offsets").Select(static topic =>
            Show(topic.Name, topic.ErrorCode) + (topic.TopicAuthorizedOperations != int.MinValue ? $" {topic.TopicAuthorizedOperations}" : ""));
    }

    private async Task<IEnumerable<string>> CreatePartitionsAsync(params string[] topics)
    {
        var request = new CreatePartitionsRequest
        {
            TimeoutMs = 10_000, Topics = [.. topics.Select(static name => new CreatePartitionsRequest.CreatePartitionsTopic { Name = name, Count = 2, Assignments = null })],
        };
        return (await Client.SendAsync(request)).Results.Select(static result => Show(result.Name, result.ErrorCode, result.ErrorMessage));
    }

    private async Task<IEnumerable<string>> CreateAsync(string request)
    {
        string[] names = request switch
        {
            "CreateTopics" => [New], "CreateTopics of some" => [New, Orders], "CreateTopics twice" => [New, New], _ => ["__cluster_metadata"],
        };
        var response = await Client.SendAsync(new CreateTopicsRequest
        {
            TimeoutMs = 10_000,
            Topics = [.. names.Select(static name => new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = 1, ReplicationFactor = 1 })],
        });
        return response.Topics.Select(topic => Show(topic.Name, topic.ErrorCode, topic.ErrorMessage) + (request != "CreateTopics" || topic.ErrorCode != ErrorCode.None ? "" :
            $", configs {topic.TopicConfigErrorCode.Info().Name}, {(topic.Configs!.Count > 10 ? "all" : topic.Configs.Count)} of them, "
            + $"{topic.NumPartitions} partitions, replication {topic.ReplicationFactor}"));
    }

    private async Task<IEnumerable<string>> DeleteAsync(string request)
    {
        if (request == "DeleteTopics v4")
        {
            var old = await Client.SendAsync(new DeleteTopicsRequest { TopicNames = [Orders, Secret, Missing], TimeoutMs = 10_000 }, 4);
            return old.Responses.Select(static result => Show(result.Name, result.ErrorCode));
        }

        (string? Name, Uuid Id)[] topics = request switch
        {
            "DeleteTopics" => [(Orders, default), (Secret, default), (Missing, default)],
            "DeleteTopics by id" => [(null, OrdersId), (null, SecretId), (null, UnknownId)],
            "DeleteTopics twice" => [(Orders, default), (Orders, default), (Missing, default), (Missing, default)],
            "DeleteTopics by name and id" => [(Orders, UnknownId)],
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, null),
        };
        var response = await Client.SendAsync(new DeleteTopicsRequest
        {
            TimeoutMs = 10_000, Topics = [.. topics.Select(static topic => new DeleteTopicsRequest.DeleteTopicState { Name = topic.Name, TopicId = topic.Id })],
        });
        return response.Responses.Select(result => Show(
            result.TopicId == default || result.Name == NameOf(result.TopicId) ? result.Name : $"{result.Name ?? "null"} {NameOf(result.TopicId)}", result.ErrorCode, result.ErrorMessage));
    }
}
