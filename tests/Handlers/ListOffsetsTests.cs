using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// UNKNOWN_TOPIC_OR_PARTITION   A_partition_that_does_not_exist_is_unknown
/// UNKNOWN_LEADER_EPOCH         A_leader_epoch_ahead_of_the_brokers_is_unknown
/// UNSUPPORTED_VERSION          A_special_timestamp_that_the_version_does_not_know_is_refused
/// INVALID_REQUEST              A_partition_that_is_asked_for_twice_is_refused
/// TOPIC_AUTHORIZATION_FAILED   RecordsAccessTests
/// FENCED_LEADER_EPOCH          (the first epoch of a partition is 0; an older one needs an election)
/// NOT_LEADER_OR_FOLLOWER, OFFSET_NOT_AVAILABLE   (need a second broker)
/// KAFKA_STORAGE_ERROR          tests of the log over a store that fails
/// </code>
/// </summary>
internal sealed class ListOffsetsTests : BrokerFixture
{
    [Test]
    public async Task Every_version_finds_the_ends([Range(1, 11)] short version)
    {
        await ProduceAsync(1_000, 3_000, 2_000);
        Assert.That((await ListAsync(ListOffsetsTimestamp.Earliest, version)).Offset, Is.EqualTo(0));
        Assert.That((await ListAsync(ListOffsetsTimestamp.Latest, version)).Offset, Is.EqualTo(3));
    }

    [TestCase(0, 0, 1_000)]
    [TestCase(1_000, 0, 1_000)]
    [TestCase(1_001, 1, 3_000)]
    [TestCase(3_000, 1, 3_000)]
    [TestCase(3_001, -1, -1)]
    public async Task A_timestamp_finds_the_first_record_that_is_as_young(long timestamp, long offset, long found)
    {
        await ProduceAsync(1_000, 3_000, 2_000);
        var answer = await ListAsync(timestamp);
        Assert.That((answer.Offset, answer.Timestamp), Is.EqualTo((offset, found)));
    }

    [Test]
    public async Task The_largest_timestamp_is_found_where_it_is()
    {
        await ProduceAsync(1_000, 3_000, 2_000);
        var answer = await ListAsync(ListOffsetsTimestamp.Max);
        Assert.That((answer.Offset, answer.Timestamp), Is.EqualTo((1L, 3_000L)));
    }

    [Test]
    public async Task Tiered_storage_has_no_offsets()
    {
        await ProduceAsync(1_000);
        Assert.That((await ListAsync(ListOffsetsTimestamp.LatestTiered)).Offset, Is.EqualTo(-1));
        Assert.That((await ListAsync(ListOffsetsTimestamp.EarliestLocal)).Offset, Is.EqualTo(0));
    }

    [Test]
    public async Task A_partition_that_does_not_exist_is_unknown()
        => Assert.That((await ListAsync(ListOffsetsTimestamp.Latest)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));

    [Test]
    public async Task A_leader_epoch_ahead_of_the_brokers_is_unknown()
    {
        await ProduceAsync(1_000);
        Assert.That((await ListAsync(ListOffsetsTimestamp.Latest, epoch: 5)).ErrorCode, Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
    }

    [TestCase(ListOffsetsTimestamp.Max, 6)]
    [TestCase(ListOffsetsTimestamp.EarliestLocal, 7)]
    [TestCase(ListOffsetsTimestamp.LatestTiered, 8)]
    [TestCase(-99, 11)]
    public async Task A_special_timestamp_that_the_version_does_not_know_is_refused(long timestamp, short version)
    {
        await ProduceAsync(1_000);
        Assert.That((await ListAsync(timestamp, version)).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedVersion));
    }

    [Test]
    public async Task A_partition_that_is_asked_for_twice_is_refused()
    {
        await ProduceAsync(1_000);
        var request = Request(ListOffsetsTimestamp.Latest, -1);
        request.Topics[0].Partitions.Add(request.Topics[0].Partitions[0]);
        var response = await Client.SendAsync(request);
        Assert.That(response.Topics[0].Partitions, Has.All.Matches<ListOffsetsResponse.ListOffsetsPartitionResponse>(static each => each.ErrorCode == ErrorCode.InvalidRequest));
    }

    private static ListOffsetsRequest Request(long timestamp, int epoch) => new()
    {
        ReplicaId = new BrokerId(-1),
        Topics =
        [
            new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = "orders",
                Partitions = [new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = 0, Timestamp = timestamp, CurrentLeaderEpoch = epoch }],
            },
        ],
    };

    private async Task<ListOffsetsResponse.ListOffsetsPartitionResponse> ListAsync(long timestamp, short version = 11, int epoch = -1)
        => (await Client.SendAsync(Request(timestamp, epoch), version)).Topics.Single().Partitions.Single();

    private async Task ProduceAsync(params long[] timestamps)
    {
        await CreateTopicAsync("orders", 1, ("retention.ms", "-1"));
        foreach (var timestamp in timestamps)
        {
            Assert.That((await ProduceAsync("orders", Batch(new RecordBatchOptions(), timestamp, "x"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        }
    }
}
