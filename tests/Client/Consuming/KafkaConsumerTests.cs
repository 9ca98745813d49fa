using System.Text;
using System.Text.RegularExpressions;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Consuming;
using Kafka.Modular.Client.Producing;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Tests.Consuming;

internal sealed class KafkaConsumerTests : BrokerFixture
{
    private static readonly TopicPartition s_t0 = new("t", 0);

    [TestCase("none")]
    [TestCase("gzip")]
    [TestCase("snappy")]
    [TestCase("lz4")]
    [TestCase("zstd")]
    public async Task Everything_that_was_produced_is_read_in_order(string compression)
    {
        await CreateTopicAsync("t");
        await ProduceAsync("t", 3000, ("compression.type", compression));
        var consumer = Consumer(("auto.offset.reset", "earliest"));
        consumer.Assign([s_t0]);
        Assert.That(await ReadAsync(consumer, 3000), Is.EqualTo(Enumerable.Range(0, 3000).Select(i => $"{i}")));
        Assert.That(consumer.Position(s_t0), Is.EqualTo(3000));
    }

    [Test]
    public async Task Keys_headers_timestamps_and_tombstones_come_as_they_were()
    {
        await CreateTopicAsync("t");
        await using var producer = Producer();
        await producer.SendAsync(
            new ProducerRecord { Topic = "t", Key = "k"u8.ToArray(), Timestamp = 1234, Headers = [new("a", [1]), new("b", null)] }, CancellationToken.None);
        await producer.SendAsync(new ProducerRecord { Topic = "t", Value = Array.Empty<byte>() }, CancellationToken.None);
        var consumer = Consumer(("auto.offset.reset", "earliest"));
        consumer.Assign([s_t0]);
        var records = new List<ConsumerRecord>();
        var keys = new List<string>();
        while (records.Count < 2)
        {
            var polled = await consumer.PollAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            records.AddRange(polled);
            keys.AddRange(polled.Select(record => Encoding.UTF8.GetString(record.Key.Span)));
        }

        Assert.That(keys, Is.EqualTo(new[] { "k", "" }));
        Assert.That((records[0].IsValueNull, records[0].Timestamp, records[0].TimestampType), Is.EqualTo((true, 1234L, TimestampType.CreateTime)));
        Assert.That(records[0].Headers.Select(header => (header.Key, header.Value)), Is.EqualTo(new[] { ("a", new byte[] { 1 }), ("b", null) }));
        Assert.That((records[1].IsKeyNull, records[1].IsValueNull, records[1].Offset), Is.EqualTo((true, false, 1L)));
    }

    [Test]
    public async Task A_seek_goes_to_an_offset_a_time_or_an_end()
    {
        await CreateTopicAsync("t");
        await ProduceAsync("t", 100);
        var consumer = Consumer();
        consumer.Assign([s_t0]);
        consumer.Seek(s_t0, 97);
        Assert.That(await ReadAsync(consumer, 3), Is.EqualTo(new[] { "97", "98", "99" }));
        consumer.SeekToTimestamp(s_t0, OffsetLookup.Earliest);
        Assert.That((await ReadAsync(consumer, 1))[0], Is.EqualTo("0"));
        consumer.SeekToTimestamp(s_t0, 1_000_050);
        Assert.That((await ReadAsync(consumer, 1))[0], Is.EqualTo("50"));
        consumer.SeekToTimestamp(s_t0, OffsetLookup.Latest);
        await consumer.PollAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        Assert.That(consumer.Position(s_t0), Is.EqualTo(100));
    }

    [Test]
    public async Task An_offset_that_is_not_there_is_reset_as_the_policy_says()
    {
        await CreateTopicAsync("t");
        await ProduceAsync("t", 10);
        var consumer = Consumer(("auto.offset.reset", "earliest"));
        consumer.Assign([s_t0]);
        consumer.Seek(s_t0, 5000);
        Assert.That((await ReadAsync(consumer, 10))[0], Is.EqualTo("0"));
        var strict = Consumer(("auto.offset.reset", "none"));
        strict.Assign([s_t0]);
        Assert.That(
            Assert.ThrowsAsync<KafkaClientException>(async () => await strict.PollAsync(TimeSpan.FromSeconds(10), CancellationToken.None))!.Code, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task A_poll_without_records_ends_in_time()
    {
        await CreateTopicAsync("t");
        var consumer = Consumer();
        consumer.Assign([s_t0]);
        Assert.That(await consumer.PollAsync(TimeSpan.FromMilliseconds(50), CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task A_group_goes_on_where_it_committed()
    {
        await CreateTopicAsync("t");
        await ProduceAsync("t", 20);
        var first = Consumer(("group.id", "g"), ("auto.offset.reset", "earliest"), ("max.poll.records", "5"));
        first.Subscribe(["t"]);
        Assert.That(await ReadAsync(first, 5), Has.Count.EqualTo(5));
        await first.CloseAsync(CancellationToken.None);
        var second = Consumer(("group.id", "g"), ("enable.auto.commit", "false"));
        second.Subscribe(["t"]);
        Assert.That((await ReadAsync(second, 1))[0], Is.EqualTo("5"));
        await second.CommitAsync(new Dictionary<TopicPartition, long> { [s_t0] = 11 }, CancellationToken.None);
        Assert.That((await second.CommittedAsync([s_t0], CancellationToken.None))[s_t0], Is.EqualTo(11));
    }

    [TestCase("range")]
    [TestCase("roundrobin")]
    public async Task Two_members_share_the_partitions_and_one_that_leaves_hands_over(string assignor)
    {
        await CreateTopicAsync("t", 4);
        var listener = new Listener();
        (string, string)[] properties = [("group.id", "g"), ("partition.assignment.strategy", assignor), ("heartbeat.interval.ms", "50")];
        var first = Consumer(properties);
        first.Subscribe(["t"], listener);
        await PollUntilAsync(() => first.Assignment.Count == 4, first);
        var second = Consumer(properties);
        second.Subscribe(["t"]);
        await PollUntilAsync(() => first.Assignment.Count == 2 && second.Assignment.Count == 2, first, second);
        Assert.That(first.Assignment.Concat(second.Assignment).Distinct().Count(), Is.EqualTo(4));
        await second.CloseAsync(CancellationToken.None);
        await PollUntilAsync(() => first.Assignment.Count == 4, first);
        Assert.That(listener.Assigned, Is.EqualTo(new[] { 4, 2, 4 }));
        Assert.That(listener.Revoked, Is.EqualTo(new[] { 4, 2 }));
    }

    [Test]
    public async Task A_pattern_subscribes_to_every_topic_that_matches_as_a_whole()
    {
        await CreateTopicAsync("a1");
        await CreateTopicAsync("a2");
        await CreateTopicAsync("ba1");
        var consumer = Consumer(("group.id", "g"));
        consumer.Subscribe(new Regex("a."));
        await PollUntilAsync(() => consumer.Assignment.Count == 2, consumer);
        Assert.That(consumer.Assignment.Select(each => each.Topic), Is.EquivalentTo(new[] { "a1", "a2" }));
    }

    [Test]
    public void Without_a_group_there_is_nothing_to_subscribe_or_commit_to()
    {
        var consumer = Consumer();
        Assert.That(() => consumer.Subscribe(["t"]), Throws.InvalidOperationException.With.Message.Contains("group.id"));
        Assert.That(async () => await consumer.CommitAsync(CancellationToken.None), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Offsets_are_looked_up_by_place_and_time()
    {
        await CreateTopicAsync("t", 2);
        await ProduceAsync("t", 10);
        var client = Cluster();
        var other = new TopicPartition("t", 1);
        var missing = new TopicPartition("t", 7);
        var latest = await OffsetLookup.FindAsync(client, new Dictionary<TopicPartition, long> { [s_t0] = OffsetLookup.Latest, [other] = OffsetLookup.Earliest }, false, CancellationToken.None);
        Assert.That((latest[s_t0].Offset, latest[other].Offset), Is.EqualTo((10, 0)));
        var byTime = await OffsetLookup.FindAsync(client, new Dictionary<TopicPartition, long> { [s_t0] = 1_000_003, [other] = 5 }, false, CancellationToken.None);
        Assert.That((byTime[s_t0].Offset, byTime[s_t0].Timestamp, byTime[other].Offset), Is.EqualTo((3, 1_000_003L, -1)));
        Assert.That(latest.ContainsKey(missing), Is.False);
    }

    private KafkaConsumer Consumer(params (string Key, string Value)[] more) => Own(new KafkaConsumer(Properties(more), Parts, Codecs));

    private async Task ProduceAsync(string topic, int count, params (string Key, string Value)[] more)
    {
        await using var producer = Producer(more);
        for (var i = 0; i < count; i++)
        {
            var record = Record(topic, $"{i}", partition: 0) with { Timestamp = 1_000_000 + i };
            await producer.EnqueueAsync(record, null, 0, CancellationToken.None);
        }

        await producer.FlushAsync(CancellationToken.None);
    }

    private static async Task<List<string>> ReadAsync(KafkaConsumer consumer, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var values = new List<string>();
        while (values.Count < count)
        {
            values.AddRange((await consumer.PollAsync(TimeSpan.FromSeconds(5), limit.Token)).Select(record => Encoding.UTF8.GetString(record.Value.Span)));
        }

        return values;
    }

    private static async Task PollUntilAsync(Func<bool> condition, params KafkaConsumer[] consumers)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            foreach (var consumer in consumers)
            {
                await consumer.PollAsync(TimeSpan.FromMilliseconds(10), limit.Token);
            }
        }
    }

    private sealed class Listener : IRebalanceListener
    {
        public List<int> Assigned { get; } = [];

        public List<int> Revoked { get; } = [];

        public void OnAssigned(IReadOnlyCollection<TopicPartition> partitions) => Assigned.Add(partitions.Count);

        public void OnRevoked(IReadOnlyCollection<TopicPartition> partitions) => Revoked.Add(partitions.Count);

        public void OnLost(IReadOnlyCollection<TopicPartition> partitions) => Revoked.Add(-partitions.Count);
    }
}
