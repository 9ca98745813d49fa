using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// UNKNOWN_TOPIC_OR_PARTITION   A_partition_that_does_not_exist_is_unknown
/// UNKNOWN_LEADER_EPOCH         A_leader_epoch_ahead_of_the_brokers_is_unknown
/// TOPIC_AUTHORIZATION_FAILED   RecordsAccessTests
/// FENCED_LEADER_EPOCH          (the first epoch of a partition is 0; an older one needs an election)
/// NOT_LEADER_OR_FOLLOWER       (needs a second broker)
/// </code>
/// </summary>
internal sealed class OffsetForLeaderEpochTests : BrokerFixture
{
    [Test]
    public async Task Every_version_finds_the_end_of_the_epoch([Range(2, 4)] short version)
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("a", "b"));
        var answer = await AskAsync(leaderEpoch: 0, version: version);
        Assert.That((answer.ErrorCode, answer.LeaderEpoch, answer.EndOffset), Is.EqualTo((ErrorCode.None, 0, 2L)));
    }

    [Test]
    public async Task A_partition_that_does_not_exist_is_unknown()
        => Assert.That((await AskAsync(0)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));

    [Test]
    public async Task A_leader_epoch_ahead_of_the_brokers_is_unknown()
    {
        await CreateTopicAsync("orders");
        Assert.That((await AskAsync(0, currentLeaderEpoch: 4)).ErrorCode, Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
    }

    private async Task<OffsetForLeaderEpochResponse.EpochEndOffset> AskAsync(int leaderEpoch, int currentLeaderEpoch = -1, short version = 4)
    {
        var request = new OffsetForLeaderEpochRequest { ReplicaId = new BrokerId(-1) };
        request.Topics.Add(new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
        {
            Topic = "orders",
            Partitions =
            [
                new OffsetForLeaderEpochRequest.OffsetForLeaderPartition { Partition = 0, LeaderEpoch = leaderEpoch, CurrentLeaderEpoch = currentLeaderEpoch },
            ],
        });
        return (await Client.SendAsync(request, version)).Topics.Single().Partitions.Single();
    }
}
