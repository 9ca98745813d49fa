using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// The group APIs over the wire; their states and errors are tests of the module Groups.
/// <code>
/// FindCoordinator
///   COORDINATOR_NOT_AVAILABLE              The_first_request_creates_the_offsets_topic
///   INVALID_REQUEST                        Other_coordinators_are_refused_for_good
///   TRANSACTIONAL_ID_AUTHORIZATION_FAILED  Other_coordinators_are_refused_for_good
/// JoinGroup, SyncGroup, Heartbeat, LeaveGroup
///   NOT_COORDINATOR                        Before_the_offsets_topic_exists_nobody_is_the_coordinator
///   INCONSISTENT_GROUP_PROTOCOL            SyncGroup_names_the_protocol_from_version_5_on
/// OffsetCommit, OffsetFetch
///   UNKNOWN_TOPIC_OR_PARTITION             Offsets_of_what_does_not_exist_are_refused
///   UNKNOWN_TOPIC_ID                       Offsets_of_what_does_not_exist_are_refused
/// All, with DescribeGroups, ListGroups and DeleteGroups
///   GROUP_AUTHORIZATION_FAILED, TOPIC_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED   GroupsAccessTests
/// </code>
/// </summary>
internal sealed class GroupApiTests : BrokerFixture
{
    private const string Group = "readers";

    [Test]
    public async Task The_first_request_creates_the_offsets_topic()
    {
        var request = new FindCoordinatorRequest { CoordinatorKeys = [Group] };
        Assert.That((await Client.SendAsync(request)).Coordinators.Single().ErrorCode, Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
        await FindAsync();
        var topics = (await Client.SendAsync(new MetadataRequest { Topics = null })).Topics;
        Assert.That(topics.Single(static topic => topic.Name == "__consumer_offsets").IsInternal, Is.True);
    }

    [Test]
    public async Task Every_version_finds_the_coordinator([Range(0, 6)] short version)
    {
        await FindAsync();
        if (version is > 0 and < 4)
        {
            Assert.That((await Client.SendAsync(new FindCoordinatorRequest { Key = Group }, version)).ErrorMessage, Is.EqualTo("NONE"));
        }

        var response = version < 4
            ? (await Client.SendAsync(new FindCoordinatorRequest { Key = Group }, version)) is var single ? (single.Host, single.Port) : default
            : (await Client.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [Group, "other"] }, version)).Coordinators is [var first, _] ? (first.Host, first.Port) : default;
        Assert.That($"{response.Host}:{response.Port}", Is.EqualTo(BootstrapServers));
    }

    [TestCase(1, ErrorCode.TransactionalIdAuthorizationFailed)]
    [TestCase(2, ErrorCode.InvalidRequest)]
    [TestCase(9, ErrorCode.InvalidRequest)]
    public async Task Other_coordinators_are_refused_for_good(sbyte type, ErrorCode error)
    {
        var answer = (await Client.SendAsync(new FindCoordinatorRequest { KeyType = type, CoordinatorKeys = ["x"] })).Coordinators.Single();
        Assert.That(answer.ErrorCode, Is.EqualTo(error));
        Assert.That(answer.ErrorCode.IsRetriable(), Is.False);
    }

    [Test]
    public async Task Before_the_offsets_topic_exists_nobody_is_the_coordinator()
    {
        Assert.That((await JoinAsync("")).ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That((await Client.SendAsync(new HeartbeatRequest { GroupId = Group, MemberId = "m" })).ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
    }

    [Test]
    public async Task A_member_joins_syncs_commits_and_leaves()
    {
        await CreateTopicAsync("orders");
        await FindAsync();
        var id = (await JoinAsync("")).MemberId;
        var joined = await JoinAsync(id);
        Assert.That((joined.ErrorCode, joined.GenerationId, joined.Leader), Is.EqualTo((ErrorCode.None, 1, id)));
        var synced = await Client.SendAsync(new SyncGroupRequest
        {
            GroupId = Group,
            MemberId = id,
            GenerationId = 1,
            ProtocolType = "consumer",
            ProtocolName = "range",
            Assignments = [new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = id, Assignment = [1, 2] }],
        });
        Assert.That(synced.Assignment, Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That((await Client.SendAsync(new HeartbeatRequest { GroupId = Group, MemberId = id, GenerationId = 1 })).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(await CommitAsync("orders", 5, id, 1), Is.EqualTo(ErrorCode.None));
        var described = (await Client.SendAsync(new DescribeGroupsRequest { Groups = [Group] })).Groups.Single();
        Assert.That((described.GroupState, described.ProtocolData, described.Members.Count), Is.EqualTo(("Stable", "range", 1)));
        Assert.That((await Client.SendAsync(new ListGroupsRequest())).Groups.Single().GroupId, Is.EqualTo(Group));
        var left = await Client.SendAsync(new LeaveGroupRequest { GroupId = Group, Members = [new LeaveGroupRequest.MemberIdentity { MemberId = id }] });
        Assert.That(left.Members.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await Client.SendAsync(new DeleteGroupsRequest { GroupsNames = [Group] })).Results.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Every_version_reads_back_what_was_committed([Range(1, 10)] short version)
    {
        var topicId = await CreateTopicAsync("orders");
        await FindAsync();
        Assert.That(await CommitAsync("orders", 42), Is.EqualTo(ErrorCode.None));
        if (version < 8)
        {
            var response = await Client.SendAsync(
                new OffsetFetchRequest { GroupId = Group, Topics = [new OffsetFetchRequest.OffsetFetchRequestTopic { Name = "orders", PartitionIndexes = [0] }] }, version);
            Assert.That(response.Topics.Single().Partitions.Single().CommittedOffset, Is.EqualTo(42));
            return;
        }

        var topic = new OffsetFetchRequest.OffsetFetchRequestTopics { Name = version < 10 ? "orders" : "", TopicId = version < 10 ? Uuid.Zero : topicId, PartitionIndexes = [0] };
        var groups = (await Client.SendAsync(
            new OffsetFetchRequest { Groups = [new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = Group, Topics = [topic] }] }, version)).Groups;
        Assert.That(groups.Single().Topics.Single().Partitions.Single().CommittedOffset, Is.EqualTo(42));
    }

    [Test]
    public async Task Offsets_of_what_does_not_exist_are_refused()
    {
        await CreateTopicAsync("orders");
        await FindAsync();
        Assert.That(await CommitAsync("missing", 1), Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(await CommitAsync("orders", 1, partition: 9), Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(await CommitAsync("", 1, version: 10, topicId: new Uuid(1, 2)), Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public async Task SyncGroup_names_the_protocol_from_version_5_on()
    {
        await FindAsync();
        var request = new SyncGroupRequest { GroupId = Group, MemberId = "m", GenerationId = 1 };
        Assert.That((await Client.SendAsync(request, 5)).ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
        Assert.That((await Client.SendAsync(request, 4)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    private async Task FindAsync() => await Eventually.UntilAsync(async () =>
        (await Client.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [Group] })).Coordinators.Single().ErrorCode == ErrorCode.None
        && (await Client.SendAsync(new HeartbeatRequest { GroupId = Group, MemberId = "m" })).ErrorCode == ErrorCode.UnknownMemberId);

    private Task<JoinGroupResponse> JoinAsync(string memberId) => Client.SendAsync(new JoinGroupRequest
    {
        GroupId = Group,
        MemberId = memberId,
        SessionTimeoutMs = 10_000,
        RebalanceTimeoutMs = 10_000,
        ProtocolType = "consumer",
        Protocols = [new JoinGroupRequest.JoinGroupRequestProtocol { Name = "range", Metadata = [] }],
    });

    private async Task<ErrorCode> CommitAsync(
        string topic, long offset, string memberId = "", int generation = -1, int partition = 0, short version = 9, Uuid topicId = default)
        => (await Client.SendAsync(
            new OffsetCommitRequest
            {
                GroupId = Group,
                MemberId = memberId,
                GenerationIdOrMemberEpoch = generation,
                Topics =
                [
                    new OffsetCommitRequest.OffsetCommitRequestTopic
                    {
                        Name = topic,
                        TopicId = topicId,
                        Partitions = [new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = partition, CommittedOffset = offset }],
                    },
                ],
            },
            version)).Topics.Single().Partitions.Single().ErrorCode;
}
