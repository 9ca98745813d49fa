using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// OffsetDelete.
/// <code>
///   UNKNOWN_TOPIC_OR_PARTITION   What_does_not_exist_is_unknown
///   GROUP_SUBSCRIBED_TO_TOPIC    What_members_read_stays
///   NON_EMPTY_GROUP              A_group_of_another_protocol_must_be_empty
///   GROUP_ID_NOT_FOUND           A_group_that_does_not_exist_is_not_found
///   INVALID_GROUP_ID             A_group_without_id_is_invalid
///   GROUP_AUTHORIZATION_FAILED   GroupsAccessTests
///   TOPIC_AUTHORIZATION_FAILED   GroupsAccessTests
///   NOT_COORDINATOR              Before_the_offsets_topic_exists_nobody_is_the_coordinator
///   COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE   (while a coordinator loads or stops: tests of the module Coordination)
/// </code>
/// </summary>
internal sealed class OffsetDeleteTests : BrokerFixture
{
    private const string Group = "readers";

    [Test]
    public async Task A_committed_offset_is_forgotten()
    {
        await PrepareAsync();
        await CommitAsync();
        var response = await DeleteAsync(("orders", 0));
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(response.Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(await CommittedAsync(), Is.EqualTo(-1));
    }

    [Test]
    public async Task What_does_not_exist_is_unknown()
    {
        await PrepareAsync();
        await CommitAsync();
        var topics = (await DeleteAsync(("missing", 0), ("orders", 0), ("orders", 9))).Topics;
        Assert.That(
            topics.SelectMany(static topic => topic.Partitions.Select(partition => (topic.Name, partition.PartitionIndex, partition.ErrorCode))),
            Is.EquivalentTo(new[]
            {
                ("missing", 0, ErrorCode.UnknownTopicOrPartition), ("orders", 0, ErrorCode.None), ("orders", 9, ErrorCode.UnknownTopicOrPartition),
            }));
    }

    [Test]
    public async Task What_members_read_stays()
    {
        await PrepareAsync();
        await CommitAsync();
        await JoinAsync("consumer", [0, 0, 0, 0, 0, 1, 0, 6, .. "orders"u8, 0xff, 0xff, 0xff, 0xff]);
        Assert.That((await DeleteAsync(("orders", 0))).Topics.Single().Partitions.Single().ErrorCode, Is.EqualTo(ErrorCode.GroupSubscribedToTopic));
        Assert.That(await CommittedAsync(), Is.EqualTo(42));
    }

    [Test]
    public async Task A_group_of_another_protocol_must_be_empty()
    {
        await PrepareAsync();
        await CommitAsync();
        await JoinAsync("connect", [1]);
        Assert.That((await DeleteAsync(("orders", 0))).ErrorCode, Is.EqualTo(ErrorCode.NonEmptyGroup));
    }

    [Test]
    public async Task A_group_that_does_not_exist_is_not_found()
    {
        await PrepareAsync();
        var response = await DeleteAsync(("orders", 0), ("missing", 0));
        Assert.That((response.ErrorCode, response.Topics.Count), Is.EqualTo((ErrorCode.GroupIdNotFound, 0)));
    }

    [Test]
    public async Task A_group_without_id_is_invalid()
        => Assert.That((await Client.SendAsync(new OffsetDeleteRequest { GroupId = "" })).ErrorCode, Is.EqualTo(ErrorCode.InvalidGroupId));

    [Test]
    public async Task Before_the_offsets_topic_exists_nobody_is_the_coordinator()
        => Assert.That((await Client.SendAsync(new OffsetDeleteRequest { GroupId = Group })).ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));

    private async Task PrepareAsync()
    {
        await CreateTopicAsync("orders");
        await Eventually.UntilAsync(async () =>
            (await Client.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [Group] })).Coordinators.Single().ErrorCode == ErrorCode.None
            && (await Client.SendAsync(new HeartbeatRequest { GroupId = Group, MemberId = "m" })).ErrorCode == ErrorCode.UnknownMemberId);
    }

    private async Task JoinAsync(string protocolType, byte[] metadata)
    {
        var memberId = (await JoinAsync("")).MemberId;
        Assert.That((await JoinAsync(memberId)).ErrorCode, Is.EqualTo(ErrorCode.None));

        Task<JoinGroupResponse> JoinAsync(string id) => Client.SendAsync(new JoinGroupRequest
        {
            GroupId = Group,
            MemberId = id,
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 10_000,
            ProtocolType = protocolType,
            Protocols = [new JoinGroupRequest.JoinGroupRequestProtocol { Name = "range", Metadata = metadata }],
        });
    }

    private async Task CommitAsync()
    {
        var response = await Client.SendAsync(
            new OffsetCommitRequest
            {
                GroupId = Group,
                GenerationIdOrMemberEpoch = -1,
                Topics =
                [
                    new OffsetCommitRequest.OffsetCommitRequestTopic
                    {
                        Name = "orders", Partitions = [new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = 0, CommittedOffset = 42 }],
                    },
                ],
            },
            9);
        Assert.That(response.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    private async Task<long> CommittedAsync() => (await Client.SendAsync(
        new OffsetFetchRequest { GroupId = Group, Topics = [new OffsetFetchRequest.OffsetFetchRequestTopic { Name = "orders", PartitionIndexes = [0] }] }, 7))
        .Topics.Single().Partitions.Single().CommittedOffset;

    private Task<OffsetDeleteResponse> DeleteAsync(params (string Topic, int Partition)[] partitions) => Client.SendAsync(new OffsetDeleteRequest
    {
        GroupId = Group,
        Topics =
        [
            .. partitions.GroupBy(static each => each.Topic).Select(static topic => new OffsetDeleteRequest.OffsetDeleteRequestTopic
            {
                Name = topic.Key, Partitions = [.. topic.Select(static each => new OffsetDeleteRequest.OffsetDeleteRequestPartition { PartitionIndex = each.Partition })],
            }),
        ],
    });
}
