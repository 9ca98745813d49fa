using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>Who may join, see and delete groups, and commit, see and delete their offsets.</summary>
internal sealed class GroupsAccessTests : AccessFixture
{
    internal const string Table = """
        FindCoordinator                | Describe Group:readers                                      | readers NONE; others GROUP_AUTHORIZATION_FAILED
                                       | Read Group:readers                                          | readers NONE; others GROUP_AUTHORIZATION_FAILED
                                       | Describe Cluster, ClusterAction Cluster                     | readers GROUP_AUTHORIZATION_FAILED; others GROUP_AUTHORIZATION_FAILED
        FindCoordinator v3             |                                                             | readers GROUP_AUTHORIZATION_FAILED 'Group authorization failed.'
        FindCoordinator of transaction |                                                             | payments TRANSACTIONAL_ID_AUTHORIZATION_FAILED
        FindCoordinator of share       | Describe Group:readers                                      | readers:AAAAAAAAAAAAAAAAAAAAAQ:0 CLUSTER_AUTHORIZATION_FAILED
                                       | ClusterAction Cluster                                       | readers:AAAAAAAAAAAAAAAAAAAAAQ:0 INVALID_REQUEST
        JoinGroup                      | Read Group:readers                                          | readers MEMBER_ID_REQUIRED
                                       | Describe Group:readers, Read Group:others                   | readers GROUP_AUTHORIZATION_FAILED
        SyncGroup                      | Read Group:readers                                          | readers UNKNOWN_MEMBER_ID
                                       | Describe Group:readers                                      | readers GROUP_AUTHORIZATION_FAILED
        SyncGroup without a protocol   |                                                             | readers INCONSISTENT_GROUP_PROTOCOL
        Heartbeat                      | Read Group:readers                                          | readers UNKNOWN_MEMBER_ID
                                       | Describe Group:readers                                      | readers GROUP_AUTHORIZATION_FAILED
        LeaveGroup                     | Read Group:readers                                          | readers NONE
                                       | Describe Group:readers                                      | readers GROUP_AUTHORIZATION_FAILED
        LeaveGroup v0                  | Describe Group:readers                                      | readers GROUP_AUTHORIZATION_FAILED
        OffsetCommit                   | Read Group:readers, Read Topic:orders                       | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; missing-0 TOPIC_AUTHORIZATION_FAILED
                                       | Read Group:readers, Read Topic:missing, Write Topic:orders  | missing-0 UNKNOWN_TOPIC_OR_PARTITION; orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED
                                       | Read Group:readers                                          | missing-0 TOPIC_AUTHORIZATION_FAILED; orders-0 TOPIC_AUTHORIZATION_FAILED; secret-0 TOPIC_AUTHORIZATION_FAILED
                                       | Describe Group:readers, Read Topic:orders                   | missing-0 GROUP_AUTHORIZATION_FAILED; orders-0 GROUP_AUTHORIZATION_FAILED; secret-0 GROUP_AUTHORIZATION_FAILED
        OffsetCommit by id             | Read Group:readers, Read Topic:orders                       | orders-0 NONE; secret-0 TOPIC_AUTHORIZATION_FAILED; unknown-0 UNKNOWN_TOPIC_ID
                                       |                                                             | orders-0 GROUP_AUTHORIZATION_FAILED; secret-0 GROUP_AUTHORIZATION_FAILED; unknown-0 GROUP_AUTHORIZATION_FAILED
        OffsetFetch                    | Describe Group:readers, Describe Topic:orders               | readers NONE: orders-0 NONE 0, secret-0 TOPIC_AUTHORIZATION_FAILED -1, missing-0 TOPIC_AUTHORIZATION_FAILED -1; others GROUP_AUTHORIZATION_FAILED:
                                       | Describe Group:readers, Describe Topic:missing              | readers NONE: missing-0 NONE -1, orders-0 TOPIC_AUTHORIZATION_FAILED -1, secret-0 TOPIC_AUTHORIZATION_FAILED -1; others GROUP_AUTHORIZATION_FAILED:
                                       | Describe Topic:orders, Describe Cluster                     | readers GROUP_AUTHORIZATION_FAILED:; others GROUP_AUTHORIZATION_FAILED:
        OffsetFetch of all             | Describe Group:readers, Describe Topic:orders               | readers NONE: orders-0 NONE 0
                                       | Describe Group:readers                                      | readers NONE:
                                       | Describe Topic:orders                                       | readers GROUP_AUTHORIZATION_FAILED:
        OffsetFetch by id              | Describe Group:readers, Describe Topic:orders               | readers NONE: orders-0 NONE 0, unknown-0 UNKNOWN_TOPIC_ID -1, secret-0 TOPIC_AUTHORIZATION_FAILED -1
        OffsetFetch of all by id       | Read Group:readers, Read Topic:secret                       | readers NONE: secret-0 NONE 0
        OffsetFetch v7                 | Describe Topic:orders                                       | readers GROUP_AUTHORIZATION_FAILED:
                                       | Describe Group:readers, Describe Topic:orders               | readers NONE: orders-0 NONE 0, secret-0 TOPIC_AUTHORIZATION_FAILED -1
        OffsetFetch v1                 | Describe Topic:orders                                       | readers NONE: orders-0 GROUP_AUTHORIZATION_FAILED -1, secret-0 GROUP_AUTHORIZATION_FAILED -1
        OffsetDelete                   | Delete Group:readers, Read Topic:orders                     | NONE: orders-0 NONE, secret-0 TOPIC_AUTHORIZATION_FAILED, missing-0 TOPIC_AUTHORIZATION_FAILED
                                       | Delete Group:readers, Read Topic:missing                    | NONE: missing-0 UNKNOWN_TOPIC_OR_PARTITION, orders-0 TOPIC_AUTHORIZATION_FAILED, secret-0 TOPIC_AUTHORIZATION_FAILED
                                       | Read Group:readers, Read Topic:orders                       | GROUP_AUTHORIZATION_FAILED:
        DescribeGroups                 | Describe Group:readers                                      | others GROUP_AUTHORIZATION_FAILED; readers NONE
                                       | Describe Cluster                                            | readers GROUP_AUTHORIZATION_FAILED; others GROUP_AUTHORIZATION_FAILED
        DescribeGroups with operations | Read Group:readers, AlterConfigs Group:readers              | others GROUP_AUTHORIZATION_FAILED; readers NONE 3336
                                       | Describe Group:readers                                      | others GROUP_AUTHORIZATION_FAILED; readers NONE 256
        ListGroups                     | Describe Cluster                                            | NONE: payers, readers
                                       | Describe Group:readers                                      | NONE: readers
                                       | Read Group:payers                                           | NONE: payers
                                       |                                                             | NONE:
        DeleteGroups                   | Delete Group:readers                                        | readers NONE; others GROUP_AUTHORIZATION_FAILED
                                       | Delete Group:others                                         | others GROUP_ID_NOT_FOUND; readers GROUP_AUTHORIZATION_FAILED
                                       | Read Group:readers, Delete Cluster                          | readers GROUP_AUTHORIZATION_FAILED; others GROUP_AUTHORIZATION_FAILED
        """;

    private const string Others = "others";

    [SetUp]
    public async Task CommitForAnotherGroupAsync() => await CommitAsync("payers", Orders);

    [TestCaseSource(nameof(Rows))]
    public Task Each_permission_that_is_missing_is_answered_as_Kafka_does(AccessRow row) => CheckAsync(row, AskAsync);

    private static IEnumerable<TestCaseData> Rows() => AccessRow.Read(Table);

    private Task<IEnumerable<string>> AskAsync(string request) => request.Split(' ')[0] switch
    {
        "FindCoordinator" => FindAsync(request),
        "OffsetCommit" => CommitAsync(request),
        "OffsetFetch" => FetchAsync(request),
        "JoinGroup" or "SyncGroup" or "Heartbeat" or "LeaveGroup" => ParticipateAsync(request),
        _ => AdministerAsync(request),
    };

    private async Task<IEnumerable<string>> FindAsync(string request)
    {
        if (request == "FindCoordinator v3")
        {
            var single = await Client.SendAsync(new FindCoordinatorRequest { Key = Readers }, 3);
            return [Show(Readers, single.ErrorCode, single.ErrorMessage)];
        }

        var find = request switch
        {
            "FindCoordinator of transaction" => new FindCoordinatorRequest { KeyType = 1, CoordinatorKeys = ["payments"] },
            "FindCoordinator of share" => new FindCoordinatorRequest { KeyType = 2, CoordinatorKeys = [$"{Readers}:{new Uuid(0, 1)}:0"] },
            _ => new FindCoordinatorRequest { CoordinatorKeys = [Readers, Others] },
        };
        return (await Client.SendAsync(find)).Coordinators.Select(static found => Show(found.Key, found.ErrorCode));
    }

    private async Task<IEnumerable<string>> ParticipateAsync(string request)
    {
        var error = request switch
        {
            "JoinGroup" => (await Client.SendAsync(new JoinGroupRequest
            {
                GroupId = Readers,
                SessionTimeoutMs = 10_000,
                RebalanceTimeoutMs = 10_000,
                ProtocolType = "consumer",
                Protocols = [new JoinGroupRequest.JoinGroupRequestProtocol { Name = "range", Metadata = [] }],
            })).ErrorCode,
            "SyncGroup" => (await Client.SendAsync(new SyncGroupRequest
            {
                GroupId = Readers, MemberId = "m", GenerationId = 1, ProtocolType = "consumer", ProtocolName = "range",
            })).ErrorCode,
            "SyncGroup without a protocol" => (await Client.SendAsync(new SyncGroupRequest { GroupId = Readers, MemberId = "m", GenerationId = 1 })).ErrorCode,
            "Heartbeat" => (await Client.SendAsync(new HeartbeatRequest { GroupId = Readers, MemberId = "m", GenerationId = 1 })).ErrorCode,
            "LeaveGroup v0" => (await Client.SendAsync(new LeaveGroupRequest { GroupId = Readers, MemberId = "m" }, 0)).ErrorCode,
            _ => (await Client.SendAsync(new LeaveGroupRequest { GroupId = Readers, Members = [new LeaveGroupRequest.MemberIdentity { MemberId = "m" }] })).ErrorCode,
        };
        return [Show(Readers, error)];
    }

    private async Task<IEnumerable<string>> CommitAsync(string request)
    {
        if (request == "OffsetCommit")
        {
            // What is refused may stand in any order behind what is not.
            var answers = (await CommitAsync(Readers, Orders, Secret, Missing)).ToList();
            return answers.Any(static answer => answer.EndsWith(" NONE", StringComparison.Ordinal)) ? answers : answers.Order(StringComparer.Ordinal);
        }

        var response = await Client.SendAsync(new OffsetCommitRequest
        {
            GroupId = Readers,
            Topics =
            [
                .. new[] { OrdersId, SecretId, UnknownId }.Select(static id => new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    TopicId = id, Partitions = [new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = 0 }],
                }),
            ],
        });
        return response.Topics.SelectMany(topic => topic.Partitions.Select(partition => Show(NameOf(topic.TopicId), partition.PartitionIndex, partition.ErrorCode)));
    }

    private async Task<IEnumerable<string>> FetchAsync(string request)
    {
        if (request is "OffsetFetch v7" or "OffsetFetch v1")
        {
            var version = short.Parse(request[^1..], System.Globalization.CultureInfo.InvariantCulture);
            var old = await Client.SendAsync(
                new OffsetFetchRequest
                {
                    GroupId = Readers,
                    Topics = [.. new[] { Orders, Secret }.Select(static name => new OffsetFetchRequest.OffsetFetchRequestTopic { Name = name, PartitionIndexes = [0] })],
                },
                version);
            return [Show(Readers, old.ErrorCode, old.Topics.SelectMany(static topic => topic.Partitions.Select(partition =>
                $"{Show(topic.Name, partition.PartitionIndex, partition.ErrorCode)} {partition.CommittedOffset}")))];
        }

        var byId = request.EndsWith("by id", StringComparison.Ordinal);
        List<OffsetFetchRequest.OffsetFetchRequestTopics>? topics = request.StartsWith("OffsetFetch of all", StringComparison.Ordinal) ? null
            : byId ? [.. new[] { OrdersId, SecretId, UnknownId }.Select(static id => new OffsetFetchRequest.OffsetFetchRequestTopics { TopicId = id, PartitionIndexes = [0] })]
            : [.. new[] { Orders, Secret, Missing }.Select(static name => new OffsetFetchRequest.OffsetFetchRequestTopics { Name = name, PartitionIndexes = [0] })];
        string[] groups = request == "OffsetFetch" ? [Readers, Others] : [Readers];
        var response = await Client.SendAsync(
            new OffsetFetchRequest { Groups = [.. groups.Select(group => new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = group, Topics = topics })] },
            byId ? (short)10 : (short)9);
        return response.Groups.Select(group => Show(group.GroupId, group.ErrorCode, group.Topics.SelectMany(topic => topic.Partitions.Select(partition =>
            $"{Show(byId ? NameOf(topic.TopicId) : topic.Name, partition.PartitionIndex, partition.ErrorCode)} {partition.CommittedOffset}"))));
    }

    private static string Show(string group, ErrorCode error, IEnumerable<string> partitions) => $"{Show(group, error)}: {string.Join(", ", partitions)}".TrimEnd();

    private async Task<IEnumerable<string>> AdministerAsync(string request)
    {
        switch (request)
        {
            case "OffsetDelete":
                var deleted = await Client.SendAsync(new OffsetDeleteRequest
                {
                    GroupId = Readers,
                    Topics =
                    [
                        .. new[] { Orders, Secret, Missing }.Select(static name => new OffsetDeleteRequest.OffsetDeleteRequestTopic
                        {
                            Name = name, Partitions = [new OffsetDeleteRequest.OffsetDeleteRequestPartition { PartitionIndex = 0 }],
                        }),
                    ],
                });
                var partitions = deleted.Topics.SelectMany(static topic => topic.Partitions.Select(partition => Show(topic.Name, partition.PartitionIndex, partition.ErrorCode)));
                return [$"{deleted.ErrorCode.Info().Name}: {string.Join(", ", partitions)}".TrimEnd()];
            case "ListGroups":
                var listed = await Client.SendAsync(new ListGroupsRequest());
                return [$"{listed.ErrorCode.Info().Name}: {string.Join(", ", listed.Groups.Select(static group => group.GroupId).Order(StringComparer.Ordinal))}".TrimEnd()];
            case "DeleteGroups":
                return (await Client.SendAsync(new DeleteGroupsRequest { GroupsNames = [Readers, Others] })).Results.Select(static result => Show(result.GroupId, result.ErrorCode));
            default:
                var described = await Client.SendAsync(new DescribeGroupsRequest
                {
                    Groups = [Readers, Others], IncludeAuthorizedOperations = request == "DescribeGroups with operations",
                });
                return described.Groups.Select(static group =>
                    Show(group.GroupId, group.ErrorCode) + (group.AuthorizedOperations != int.MinValue ? $" {group.AuthorizedOperations}" : ""));
        }
    }
}
