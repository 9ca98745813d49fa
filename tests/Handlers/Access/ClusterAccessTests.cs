using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>Who may administer the cluster, its partitions and directories, and who may produce idempotently.</summary>
internal sealed class ClusterAccessTests : AccessFixture
{
    internal const string Table = """
        DescribeCluster                       |                                                  | cluster NONE, 1 broker, -2147483648
        DescribeCluster with operations       |                                                  | cluster NONE, 1 broker, 0
                                              | Describe Cluster                                 | cluster NONE, 1 broker, 256
                                              | Alter Cluster, Create Cluster                    | cluster NONE, 1 broker, 416
                                              | AlterConfigs Cluster                             | cluster NONE, 1 broker, 0
        DescribeCluster of controllers        |                                                  | cluster MISMATCHED_ENDPOINT_TYPE 'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER', 0 broker, -2147483648
        DescribeQuorum                        | Describe Cluster                                 | cluster NONE, 1 of topics
                                              | ClusterAction Cluster                            | cluster CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.', 0 of topics
        UpdateFeatures                        | Alter Cluster                                    | cluster NONE
                                              | AlterConfigs Cluster, Describe Cluster           | cluster CLUSTER_AUTHORIZATION_FAILED 'Request … needs ALTER permission.'
        UpdateFeatures v1                     |                                                  | cluster CLUSTER_AUTHORIZATION_FAILED 'Request … needs ALTER permission.'
        UnregisterBroker                      | Alter Cluster                                    | 9 BROKER_ID_NOT_REGISTERED 'Broker ID 9 is not currently registered'
                                              | Describe Cluster, ClusterAction Cluster          | 9 CLUSTER_AUTHORIZATION_FAILED 'Request … needs ALTER permission.'
        ElectLeaders                          | Alter Cluster                                    | NONE; orders-0 ELECTION_NOT_NEEDED 'The election is not needed, the leader is the right one already.'
                                              | Alter Topic:orders, Describe Cluster             | CLUSTER_AUTHORIZATION_FAILED; orders-0 CLUSTER_AUTHORIZATION_FAILED 'Request … needs ALTER permission.'
        ElectLeaders of all                   | Describe Cluster                                 | CLUSTER_AUTHORIZATION_FAILED
        AlterPartitionReassignments           | Alter Cluster                                    | NONE; orders-0 NO_REASSIGNMENT_IN_PROGRESS 'The partition is not being reassigned.'
                                              | Alter Topic:orders, Describe Cluster             | CLUSTER_AUTHORIZATION_FAILED 'Request … needs ALTER permission.'; orders-0 CLUSTER_AUTHORIZATION_FAILED 'Request … needs ALTER permission.'
        ListPartitionReassignments            | Describe Cluster                                 | NONE
                                              | Describe Topic:orders, ClusterAction Cluster     | CLUSTER_AUTHORIZATION_FAILED 'Request … needs DESCRIBE permission.'
        DescribeProducers                     | Read Topic:orders                                | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; missing-0 TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; a/b-0 INVALID_TOPIC_EXCEPTION 'Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-''
                                              | Describe Topic:orders, Read Topic:missing        | orders-0 TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; secret-0 TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; missing-0 UNKNOWN_TOPIC_OR_PARTITION 'The broker does not host this topic or partition.'; a/b-0 INVALID_TOPIC_EXCEPTION 'Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-''
        DescribeLogDirs                       | Describe Cluster                                 | NONE 1
                                              | Describe Topic:orders, ClusterAction Cluster     | CLUSTER_AUTHORIZATION_FAILED 0
        DescribeLogDirs v1                    |                                                  | NONE 0
        AlterReplicaLogDirs                   | Alter Cluster                                    | orders-0 LOG_DIR_NOT_FOUND
                                              | Alter Topic:orders, AlterConfigs Cluster         | orders-0 CLUSTER_AUTHORIZATION_FAILED
        InitProducerId                        | IdempotentWrite Cluster                          | producer NONE
                                              | Write Topic:orders                               | producer NONE
                                              | Read Topic:orders, Alter Cluster                 | producer CLUSTER_AUTHORIZATION_FAILED
        InitProducerId of transaction         | IdempotentWrite Cluster, Write Topic:orders      | producer TRANSACTIONAL_ID_AUTHORIZATION_FAILED
        """;

    [TestCaseSource(nameof(Rows))]
    public Task Each_permission_that_is_missing_is_answered_as_Kafka_does(AccessRow row) => CheckAsync(row, AskAsync);

    private static IEnumerable<TestCaseData> Rows() => AccessRow.Read(Table);

    private Task<IEnumerable<string>> AskAsync(string request) => request.Split(' ')[0] switch
    {
        "DescribeCluster" or "DescribeQuorum" or "UpdateFeatures" or "UnregisterBroker" or "InitProducerId" => AskClusterAsync(request),
        "ElectLeaders" or "AlterPartitionReassignments" or "ListPartitionReassignments" => AskPartitionsAsync(request),
        _ => AskReplicasAsync(request),
    };

    private async Task<IEnumerable<string>> AskClusterAsync(string request)
    {
        switch (request)
        {
            case "DescribeQuorum":
                var quorum = await Client.SendAsync(new DescribeQuorumRequest
                {
                    Topics = [new DescribeQuorumRequest.TopicData { TopicName = "__cluster_metadata", Partitions = [new DescribeQuorumRequest.PartitionData()] }],
                });
                return [$"{Show("cluster", quorum.ErrorCode, quorum.ErrorMessage)}, {quorum.Topics.Count} of topics"];
            case "UpdateFeatures" or "UpdateFeatures v1":
                var updated = await Client.SendAsync(
                    new UpdateFeaturesRequest { ValidateOnly = true, TimeoutMs = 10_000 }, request == "UpdateFeatures" ? null : (short)1);
                return [Show("cluster", updated.ErrorCode, updated.ErrorMessage), .. updated.Results.Select(static result => Show(result.Feature, result.ErrorCode))];
            case "UnregisterBroker":
                var unregistered = await Client.SendAsync(new UnregisterBrokerRequest { BrokerId = new BrokerId(9) });
                return [Show("9", unregistered.ErrorCode, unregistered.ErrorMessage)];
            case "InitProducerId" or "InitProducerId of transaction":
                var producer = await Client.SendAsync(new InitProducerIdRequest
                {
                    TransactionalId = request == "InitProducerId" ? null : "payments", TransactionTimeoutMs = 10_000, ProducerId = new ProducerId(-1), ProducerEpoch = -1,
                });
                return [Show("producer", producer.ErrorCode)];
            default:
                var described = await Client.SendAsync(new DescribeClusterRequest
                {
                    IncludeClusterAuthorizedOperations = request == "DescribeCluster with operations", EndpointType = request == "DescribeCluster of controllers" ? (sbyte)2 : (sbyte)1,
                });
                return [$"{Show("cluster", described.ErrorCode, described.ErrorMessage)}, {described.Brokers.Count} broker, {described.ClusterAuthorizedOperations}"];
        }
    }

    private async Task<IEnumerable<string>> AskPartitionsAsync(string request)
    {
        switch (request)
        {
            case "AlterPartitionReassignments":
                var altered = await Client.SendAsync(new AlterPartitionReassignmentsRequest
                {
                    TimeoutMs = 10_000,
                    Topics =
                    [
                        new AlterPartitionReassignmentsRequest.ReassignableTopic
                        {
                            Name = Orders, Partitions = [new AlterPartitionReassignmentsRequest.ReassignablePartition { PartitionIndex = 0, Replicas = null }],
                        },
                    ],
                });
                return altered.Responses
                    .SelectMany(static topic => topic.Partitions.Select(partition => Show(topic.Name, partition.PartitionIndex, partition.ErrorCode, partition.ErrorMessage)))
                    .Prepend(Show("", altered.ErrorCode, altered.ErrorMessage).TrimStart());
            case "ListPartitionReassignments":
                var listed = await Client.SendAsync(new ListPartitionReassignmentsRequest { TimeoutMs = 10_000, Topics = null });
                return [Show("", listed.ErrorCode, listed.ErrorMessage).TrimStart()];
            default:
                var elected = await Client.SendAsync(new ElectLeadersRequest
                {
                    TimeoutMs = 10_000, TopicPartitions = request == "ElectLeaders" ? [new ElectLeadersRequest.TopicPartitionsData { Topic = Orders, Partitions = [0] }] : null,
                });
                return elected.ReplicaElectionResults
                    .SelectMany(static topic => topic.PartitionResult.Select(partition => Show(topic.Topic, partition.PartitionId, partition.ErrorCode, partition.ErrorMessage)))
                    .Prepend(elected.ErrorCode.Info().Name);
        }
    }

    private async Task<IEnumerable<string>> AskReplicasAsync(string request)
    {
        switch (request)
        {
            case "DescribeProducers":
                var producers = await Client.SendAsync(new DescribeProducersRequest
                {
                    Topics = [.. new[] { Orders, Secret, Missing, "a/b" }.Select(static name => new DescribeProducersRequest.TopicRequest { Name = name, PartitionIndexes = [0] })],
                });
                return producers.Topics.SelectMany(
                    static topic => topic.Partitions.Select(partition => Show(topic.Name, partition.PartitionIndex, partition.ErrorCode, partition.ErrorMessage)));
            case "AlterReplicaLogDirs":
                var moved = await Client.SendAsync(new AlterReplicaLogDirsRequest
                {
                    Dirs =
                    [
                        new AlterReplicaLogDirsRequest.AlterReplicaLogDir
                        {
                            Path = "/elsewhere", Topics = [new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic { Name = Orders, Partitions = [0] }],
                        },
                    ],
                });
                return moved.Results.SelectMany(static topic => topic.Partitions.Select(partition => Show(topic.TopicName, partition.PartitionIndex, partition.ErrorCode)));
            default:
                var directories = await Client.SendAsync(new DescribeLogDirsRequest { Topics = null }, request == "DescribeLogDirs v1" ? (short)1 : null);
                return [$"{directories.ErrorCode.Info().Name} {directories.Results.Count}"];
        }
    }
}
