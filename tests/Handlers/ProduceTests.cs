using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// UNKNOWN_TOPIC_OR_PARTITION             A_partition_that_does_not_exist_is_unknown
/// UNKNOWN_TOPIC_ID                       A_topic_id_that_does_not_exist_is_unknown
/// INVALID_REQUIRED_ACKS                  Acks_other_than_all_none_and_one_are_invalid
/// INVALID_TOPIC_EXCEPTION                Internal_topics_are_written_by_the_broker_alone
/// INVALID_RECORD                         No_batch_two_batches_or_another_magic_are_invalid, Records_outside_the_topics_time_window_are_named
/// CORRUPT_MESSAGE                        A_wrong_crc_is_corrupt, A_length_beyond_the_end_is_corrupt
/// MESSAGE_TOO_LARGE                      A_batch_over_max_message_bytes_is_too_large
/// INVALID_TIMESTAMP                      Records_outside_the_topics_time_window_are_named
/// UNSUPPORTED_COMPRESSION_TYPE           Zstd_below_version_7_is_unsupported
/// OUT_OF_ORDER_SEQUENCE_NUMBER           Sequences_of_an_idempotent_producer_follow_each_other
/// INVALID_PRODUCER_EPOCH                 An_older_epoch_of_a_producer_is_refused
/// TOPIC_AUTHORIZATION_FAILED             RecordsAccessTests
/// TRANSACTIONAL_ID_AUTHORIZATION_FAILED  Transactions_are_refused_for_good
/// NOT_ENOUGH_REPLICAS                    (min.insync.replicas counts at most the replicas there are: needs a second broker)
/// NOT_ENOUGH_REPLICAS_AFTER_APPEND, REQUEST_TIMED_OUT, NOT_LEADER_OR_FOLLOWER   (need a second broker)
/// DUPLICATE_SEQUENCE_NUMBER              (a duplicate beyond the last five is out of order)
/// UNKNOWN_PRODUCER_ID                    (no longer returned since 2.5)
/// KAFKA_STORAGE_ERROR                    tests of the log over a store that fails
/// </code>
/// </summary>
internal sealed class ProduceTests : BrokerFixture
{
    private const long Then = 1_700_000_000_000;

    [Test]
    public async Task Every_version_appends_and_names_the_offset([Range(3, 13)] short version, [Values(-1, 1)] short acks)
    {
        var id = await CreateTopicAsync("orders");
        Assert.That((await ProduceAsync("orders", Batch("a", "b"), acks: acks, version: version, topicId: id)).BaseOffset, Is.EqualTo(0));
        var second = await ProduceAsync("orders", Batch("c"), acks: acks, version: version, topicId: id);
        Assert.That(second.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(second.BaseOffset, Is.EqualTo(2));
        Assert.That(second.LogAppendTimeMs, Is.EqualTo(-1));
    }

    [Test]
    public async Task Without_acks_there_is_no_reply_and_the_records_are_there()
    {
        await CreateTopicAsync("orders");
        var request = new ProduceRequest { Acks = 0, TimeoutMs = 1_000 };
        request.TopicData.Add(new ProduceRequest.TopicProduceData
        {
            Name = "orders", PartitionData = [new ProduceRequest.PartitionProduceData { Index = 0, Records = Batch("a") }],
        });
        await Client.WriteAsync(request, 12);
        Assert.That((await ProduceAsync("orders", Batch("b"))).BaseOffset, Is.EqualTo(1), "the next reply is the next request's");
    }

    [Test]
    public async Task Without_acks_a_refused_batch_closes_the_connection()
    {
        await CreateTopicAsync("orders");
        var request = new ProduceRequest { Acks = 0, TimeoutMs = 1_000 };
        request.TopicData.Add(new ProduceRequest.TopicProduceData
        {
            Name = "missing", PartitionData = [new ProduceRequest.PartitionProduceData { Index = 0, Records = Batch("a") }],
        });
        await Client.WriteAsync(request, 12);
        Assert.That(await Client.ReadFrameAsync(), Is.Null);
    }

    [Test]
    public async Task A_partition_that_does_not_exist_is_unknown()
    {
        await CreateTopicAsync("orders");
        Assert.That((await ProduceAsync("orders", Batch("a"), partition: 1)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That((await ProduceAsync("missing", Batch("a"))).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task A_topic_id_that_does_not_exist_is_unknown()
        => Assert.That((await ProduceAsync("", Batch("a"), version: 13, topicId: new Uuid(1, 2))).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));

    [Test]
    public async Task Acks_other_than_all_none_and_one_are_invalid()
    {
        await CreateTopicAsync("orders");
        Assert.That((await ProduceAsync("orders", Batch("a"), acks: 2)).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequiredAcks));
    }

    [Test]
    public async Task Internal_topics_are_written_by_the_broker_alone()
        => Assert.That((await ProduceAsync("__consumer_offsets", Batch("a"))).ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));

    [Test]
    public async Task No_batch_two_batches_or_another_magic_are_invalid()
    {
        await CreateTopicAsync("orders");
        var older = Batch("a");
        older[16] = 1;
        Assert.Multiple(async () =>
        {
            Assert.That((await ProduceAsync("orders", [])).ErrorCode, Is.EqualTo(ErrorCode.InvalidRecord));
            Assert.That((await ProduceAsync("orders", [.. Batch("a"), .. Batch("b")])).ErrorCode, Is.EqualTo(ErrorCode.InvalidRecord));
            Assert.That((await ProduceAsync("orders", older)).ErrorCode, Is.EqualTo(ErrorCode.InvalidRecord));
        });
        Assert.That((await ProduceAsync("orders", Batch("c"))).BaseOffset, Is.EqualTo(0), "nothing of them was appended");
    }

    [Test]
    public async Task A_wrong_crc_is_corrupt()
    {
        await CreateTopicAsync("orders");
        var batch = Batch("a");
        batch[^2] ^= 1;
        Assert.That((await ProduceAsync("orders", batch)).ErrorCode, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    [Test]
    public async Task A_length_beyond_the_end_is_corrupt()
    {
        await CreateTopicAsync("orders");
        var batch = Batch("a");
        batch[11]++;
        Assert.That((await ProduceAsync("orders", batch)).ErrorCode, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    [Test]
    public async Task A_batch_over_max_message_bytes_is_too_large()
    {
        await CreateTopicAsync("orders", 1, ("max.message.bytes", "200"));
        Assert.That((await ProduceAsync("orders", Batch(new string('x', 300)))).ErrorCode, Is.EqualTo(ErrorCode.MessageTooLarge));
        Assert.That((await ProduceAsync("orders", Batch("x"))).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Records_outside_the_topics_time_window_are_named()
    {
        await CreateTopicAsync("orders", 1, ("message.timestamp.before.max.ms", "1000"));
        var answer = await ProduceAsync("orders", Batch("a", "b"));
        Assert.That(answer.ErrorCode, Is.EqualTo(ErrorCode.InvalidTimestamp));
        Assert.That(answer.RecordErrors.Select(static error => error.BatchIndex), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(answer.ErrorMessage, Is.Not.Empty);
    }

    [Test]
    public async Task The_broker_gives_the_time_where_the_topic_says_so()
    {
        await CreateTopicAsync("orders", 1, ("message.timestamp.type", "LogAppendTime"));
        Assert.That((await ProduceAsync("orders", Batch("a"))).LogAppendTimeMs, Is.GreaterThan(Then));
    }

    [Test]
    public async Task Zstd_below_version_7_is_unsupported()
    {
        await CreateTopicAsync("orders");
        var batch = Batch("a");
        batch[22] = (byte)CompressionType.Zstd;
        RecordBatchPatch.UpdateCrc(batch);
        Assert.That((await ProduceAsync("orders", batch, version: 6)).ErrorCode, Is.EqualTo(ErrorCode.UnsupportedCompressionType));
    }

    [Test]
    public async Task Sequences_of_an_idempotent_producer_follow_each_other()
    {
        await CreateTopicAsync("orders");
        Assert.That((await ProduceAsync("orders", Idempotent(0, "a", "b"))).BaseOffset, Is.EqualTo(0));
        Assert.That((await ProduceAsync("orders", Idempotent(2, "c"))).BaseOffset, Is.EqualTo(2));
        var again = await ProduceAsync("orders", Idempotent(0, "a", "b"));
        Assert.That((again.ErrorCode, again.BaseOffset), Is.EqualTo((ErrorCode.None, 0L)), "a duplicate is answered as the first time");
        Assert.That((await ProduceAsync("orders", Idempotent(5, "x"))).ErrorCode, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That((await ProduceAsync("orders", Idempotent(3, "d"))).BaseOffset, Is.EqualTo(3));
    }

    [Test]
    public async Task An_older_epoch_of_a_producer_is_refused()
    {
        await CreateTopicAsync("orders");
        Assert.That((await ProduceAsync("orders", Idempotent(0, epoch: 1, "a"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await ProduceAsync("orders", Idempotent(0, epoch: 0, "b"))).ErrorCode, Is.EqualTo(ErrorCode.InvalidProducerEpoch));
    }

    [Test]
    public async Task Transactions_are_refused_for_good()
    {
        await CreateTopicAsync("orders");
        var transactional = Batch(new RecordBatchOptions { ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = true }, Then, "a");
        Assert.That((await ProduceAsync("orders", transactional)).ErrorCode, Is.EqualTo(ErrorCode.TransactionalIdAuthorizationFailed));
        Assert.That((await ProduceAsync("orders", Batch("a"), transactionalId: "t")).ErrorCode, Is.EqualTo(ErrorCode.TransactionalIdAuthorizationFailed));
    }

    [Test]
    public async Task A_malformed_body_closes_the_connection_and_no_other()
    {
        await using var other = await ConnectAsync();
        await Client.WriteRawAsync([0, 0, 0, 9, 0, 0, 0, 1, 0xff, 0xff, 0, 0x7f, 0x7f]);
        Assert.That(await Client.ReadFrameAsync(), Is.Null);
        await CreateTopicOnAsync(other, "orders");
        Assert.That((await ProduceAsync("orders", Batch("a"), client: other)).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    private static async Task CreateTopicOnAsync(WireClient client, string name)
        => await client.SendAsync(new CreateTopicsRequest
        {
            Topics = [new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = 1, ReplicationFactor = 1 }], TimeoutMs = 10_000,
        });

    private static byte[] Idempotent(int sequence, params string[] values) => Idempotent(sequence, 0, values);

    private static byte[] Idempotent(int sequence, short epoch, params string[] values)
        => Batch(new RecordBatchOptions { ProducerId = 4_711, ProducerEpoch = epoch, BaseSequence = sequence }, Then, values);
}
