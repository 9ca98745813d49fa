using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// DeleteRecords.
/// <code>
///   UNKNOWN_TOPIC_OR_PARTITION   What_does_not_exist_is_unknown
///   OFFSET_OUT_OF_RANGE          Offsets_beyond_the_high_watermark_or_below_minus_one_are_out_of_range
///   POLICY_VIOLATION             A_topic_that_is_compacted_alone_keeps_its_records
///   INVALID_TOPIC_EXCEPTION      The_brokers_own_topics_keep_their_records
///   TOPIC_AUTHORIZATION_FAILED   RecordsAccessTests
///   NOT_LEADER_OR_FOLLOWER, REQUEST_TIMED_OUT, KAFKA_STORAGE_ERROR   (need a follower, or a disk that fails)
/// </code>
/// </summary>
internal sealed class DeleteRecordsTests : BrokerFixture
{
    [Test]
    public async Task Every_version_deletes_what_lies_below_an_offset([Range(0, 2)] short version)
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("a", "b", "c"));
        var result = await DeleteAsync("orders", 2, version: version);
        Assert.That((result.ErrorCode, result.LowWatermark), Is.EqualTo((ErrorCode.None, 2L)));
        Assert.That(await EarliestAsync("orders"), Is.EqualTo(2));
    }

    [Test]
    public async Task Minus_one_deletes_everything()
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("a", "b", "c"));
        Assert.That((await DeleteAsync("orders", -1)).LowWatermark, Is.EqualTo(3));
        Assert.That(await EarliestAsync("orders"), Is.EqualTo(3));
    }

    [Test]
    public async Task What_is_deleted_already_stays_deleted()
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("a", "b", "c"));
        await DeleteAsync("orders", 2);
        var result = await DeleteAsync("orders", 1);
        Assert.That((result.ErrorCode, result.LowWatermark), Is.EqualTo((ErrorCode.None, 2L)));
    }

    [TestCase(4)]
    [TestCase(-2)]
    public async Task Offsets_beyond_the_high_watermark_or_below_minus_one_are_out_of_range(long offset)
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("a", "b", "c"));
        var result = await DeleteAsync("orders", offset);
        Assert.That((result.ErrorCode, result.LowWatermark), Is.EqualTo((ErrorCode.OffsetOutOfRange, -1L)));
    }

    [TestCase("missing", 0)]
    [TestCase("orders", 7)]
    public async Task What_does_not_exist_is_unknown(string topic, int partition)
    {
        await CreateTopicAsync("orders");
        Assert.That((await DeleteAsync(topic, -1, partition)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [TestCase("compact", ErrorCode.PolicyViolation)]
    [TestCase("compact,delete", ErrorCode.None)]
    [TestCase("", ErrorCode.None)]
    public async Task A_topic_that_is_compacted_alone_keeps_its_records(string policy, ErrorCode error)
    {
        await CreateTopicAsync("orders", 1, ("cleanup.policy", policy));
        Assert.That((await DeleteAsync("orders", -1)).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public async Task The_brokers_own_topics_keep_their_records()
    {
        await Eventually.UntilAsync(async () =>
            (await Client.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = ["readers"] })).Coordinators.Single().ErrorCode == ErrorCode.None);
        Assert.That((await DeleteAsync("__consumer_offsets", -1)).ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));
    }

    [Test]
    public async Task Each_partition_has_its_own_answer()
    {
        await CreateTopicAsync("orders", 2);
        await ProduceAsync("orders", Batch("a"), 1);
        var request = Request("orders", 0, 5);
        request.Topics[0].Partitions.Add(new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = 1, Offset = 1 });
        var partitions = (await Client.SendAsync(request)).Topics.Single().Partitions;
        Assert.That(partitions.Select(static each => each.ErrorCode), Is.EqualTo(new[] { ErrorCode.OffsetOutOfRange, ErrorCode.None }));
    }

    private static DeleteRecordsRequest Request(string topic, int partition, long offset) => new()
    {
        TimeoutMs = 10_000,
        Topics =
        [
            new DeleteRecordsRequest.DeleteRecordsTopic
            {
                Name = topic, Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = partition, Offset = offset }],
            },
        ],
    };

    private async Task<DeleteRecordsResponse.DeleteRecordsPartitionResult> DeleteAsync(string topic, long offset, int partition = 0, short version = 2)
        => (await Client.SendAsync(Request(topic, partition, offset), version)).Topics.Single().Partitions.Single();

    private async Task<long> EarliestAsync(string topic) => (await Client.SendAsync(new ListOffsetsRequest
    {
        ReplicaId = new BrokerId(-1),
        Topics =
        [
            new ListOffsetsRequest.ListOffsetsTopic
            {
                Name = topic, Partitions = [new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = 0, Timestamp = -2, CurrentLeaderEpoch = -1 }],
            },
        ],
    })).Topics.Single().Partitions.Single().Offset;
}
