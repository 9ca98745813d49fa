using System.Text;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Producing;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Tests.Producing;

internal sealed class KafkaProducerTests : BrokerFixture
{
    [TestCase("none")]
    [TestCase("gzip")]
    [TestCase("snappy")]
    [TestCase("lz4")]
    [TestCase("zstd")]
    public async Task What_is_produced_can_be_read_in_order(string compression)
    {
        await CreateTopicAsync("t");
        await using var producer = Producer(("compression.type", compression), ("linger.ms", "50"));
        Assert.That(await producer.PartitionsAsync("t", CancellationToken.None), Is.EqualTo(1));
        var deliveries = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => producer.SendAsync(Record("t", $"value {i}", $"key {i}"), CancellationToken.None)));
        Assert.That(deliveries.Select(each => each.Offset), Is.EqualTo(Enumerable.Range(0, 100)));
        var values = await ReadAsync("t", 0);
        Assert.That(values, Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"value {i}")));
    }

    [TestCase("0")]
    [TestCase("1")]
    [TestCase("all")]
    public async Task Every_kind_of_acknowledgment_stores_the_record(string acks)
    {
        await CreateTopicAsync("t");
        await using var producer = Producer(("acks", acks));
        var delivery = await producer.SendAsync(Record("t", "v"), CancellationToken.None);
        Assert.That(delivery.Offset, Is.EqualTo(acks == "0" ? -1 : 0));
        await producer.CloseAsync(TimeSpan.FromSeconds(10));
        Assert.That(await ReadAsync("t", 0, 1), Is.EqualTo(new[] { "v" }));
    }

    [Test]
    public async Task Many_records_go_to_all_partitions_and_none_is_lost()
    {
        await CreateTopicAsync("t", 4);
        await using var producer = Producer();
        var delivered = 0;
        for (var i = 0; i < 20_000; i++)
        {
            await producer.EnqueueAsync(Record("t", $"{i}"), (in Delivery delivery) => Interlocked.Add(ref delivered, delivery.Error is null ? 1 : 1_000_000), i, CancellationToken.None);
        }

        await producer.FlushAsync(CancellationToken.None);
        Assert.That(delivered, Is.EqualTo(20_000));
        var all = new List<string>();
        for (var partition = 0; partition < 4; partition++)
        {
            var values = await ReadAsync("t", partition);
            Assert.That(values, Is.Not.Empty);
            Assert.That(values.Select(int.Parse), Is.Ordered);
            all.AddRange(values);
        }

        Assert.That(all, Is.Unique.And.Count.EqualTo(20_000));
    }

    [Test]
    public async Task A_key_chooses_its_partition_as_in_Kafka()
    {
        await CreateTopicAsync("t", 7);
        await using var producer = Producer();
        foreach (var key in new[] { "a", "key", "another key" })
        {
            var delivery = await producer.SendAsync(Record("t", "v", key), CancellationToken.None);
            Assert.That(delivery.Partition, Is.EqualTo(Murmur2.PartitionOf(Encoding.UTF8.GetBytes(key), 7)));
        }
    }

    [Test]
    public async Task A_batch_that_the_broker_finds_too_large_is_sent_in_parts()
    {
        await CreateTopicAsync("t", 1, ("max.message.bytes", "2000"));
        await using var producer = Producer(("batch.size", "100000"), ("linger.ms", "1000"));
        Assert.That(await producer.PartitionsAsync("t", CancellationToken.None), Is.EqualTo(1));
        var sent = Enumerable.Range(0, 200).Select(i => producer.SendAsync(Record("t", $"{i:D100}"), CancellationToken.None)).ToArray();
        await producer.FlushAsync(CancellationToken.None);
        Assert.That((await Task.WhenAll(sent)).Select(each => each.Offset), Is.EqualTo(Enumerable.Range(0, 200)));
    }

    [Test]
    public async Task A_record_that_is_too_large_and_a_partition_that_is_not_there_are_refused()
    {
        await CreateTopicAsync("t");
        await using var producer = Producer(("max.request.size", "1000"));
        var large = Assert.ThrowsAsync<KafkaClientException>(() => producer.SendAsync(Record("t", new string('x', 2000)), CancellationToken.None));
        Assert.That(large!.Code, Is.EqualTo(ErrorCode.MessageTooLarge));
        Assert.That(large.Message, Does.Contain("max.request.size"));
        var none = Assert.ThrowsAsync<KafkaClientException>(() => producer.SendAsync(Record("t", "v", partition: 5), CancellationToken.None));
        Assert.That(none!.Message, Does.Contain("[0...1)"));
    }

    [Test]
    public async Task A_topic_that_is_not_there_is_created_by_the_first_record()
    {
        await using var producer = Producer();
        Assert.That((await producer.SendAsync(Record("new", "v"), CancellationToken.None)).Offset, Is.Zero);
    }

    [Test]
    public async Task More_records_than_there_is_memory_for_wait_their_turn()
    {
        await CreateTopicAsync("t");
        await using var producer = Producer(("buffer.memory", "40000"), ("linger.ms", "100000"));
        for (var i = 0; i < 2000; i++)
        {
            await producer.EnqueueAsync(Record("t", new string('x', 100)), null, 0, CancellationToken.None);
        }

        await producer.FlushAsync(CancellationToken.None);
        Assert.That(await ReadAsync("t", 0), Has.Count.EqualTo(2000));
    }

    private async Task<List<string>> ReadAsync(string topic, int partition, int atLeast = 0)
    {
        var client = Cluster();
        var values = new List<string>();
        long offset = 0;
        while (true)
        {
            var metadata = await client.GetMetadataAsync([topic], CancellationToken.None);
            var request = new FetchRequest { MinBytes = values.Count < atLeast ? 1 : 0, MaxWaitMs = 10_000, MaxBytes = 10_000_000 };
            request.Topics.Add(new FetchRequest.FetchTopic
            {
                Topic = topic, TopicId = metadata.Topics[topic].Id, Partitions = [new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = 1_000_000 }],
            });
            var connection = await client.ConnectAsync(RequestTarget.Leader(topic, partition), CancellationToken.None);
            using var reply = await connection.ExchangeAsync(request, SendOptions.Default, CancellationToken.None);
            Assert.That(reply.Response.Responses[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            var records = reply.Response.Responses[0].Partitions[0].Records.ToArray();
            if (records.Length == 0)
            {
                return values;
            }

            var position = 0;
            while (RecordBatchView.TryRead(records.AsSpan(position), out var batch) == RecordSetStatus.Ok)
            {
                Assert.That(batch.IsValid());
                foreach (var record in new RecordEnumerator(in batch, RecordBatchCompression.Decompress(records.AsMemory(position, batch.SizeInBytes), Codecs).Span))
                {
                    values.Add(Encoding.UTF8.GetString(record.Value));
                }

                offset = batch.NextOffset;
                position += batch.SizeInBytes;
            }
        }
    }
}
