using System.Text;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Consuming;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Tests.Consuming;

internal sealed class FetchedBatchesTests
{
    private readonly ConsumedPartition _partition = new(new TopicPartition("t", 0));
    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });

    [Test]
    public void Records_of_aborted_transactions_are_for_those_alone_who_read_uncommitted_ones()
    {
        byte[] log =
        [
            .. Batch(0, 1, "aborted"), .. Batch(1, 2, "open to all"), .. Marker(2, 1, ControlRecordType.Abort), .. Batch(3, 1, "committed"), .. Marker(4, 1, ControlRecordType.Commit),
        ];
        List<FetchResponse.AbortedTransaction> aborted = [new() { ProducerId = (ProducerId)1, FirstOffset = 0 }];
        Assert.That(Read(log, new ConsumerOptions { ReadsCommitted = true }, aborted), Is.EqualTo(new[] { "open to all", "committed" }));
        Assert.That(_partition.Position, Is.EqualTo(5));
        _partition.Seek(0);
        Assert.That(Read(log, new ConsumerOptions(), null), Is.EqualTo(new[] { "aborted", "open to all", "committed" }));
    }

    [Test]
    public void A_damaged_batch_is_an_error_unless_checksums_are_not_checked()
    {
        var log = Batch(0, -1, "value");
        log[^2] ^= 1;
        _partition.Seek(0);
        Assert.That(() => Read(log, new ConsumerOptions(), null), Throws.InstanceOf<KafkaClientException>().With.Property("Code").EqualTo(ErrorCode.CorruptMessage));
        Assert.That(Read(log, new ConsumerOptions { ChecksCrcs = false }, null), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_batch_that_is_cut_off_is_left_for_the_next_fetch()
    {
        byte[] log = [.. Batch(0, -1, "whole"), .. Batch(1, -1, "cut")[..^3]];
        _partition.Seek(0);
        Assert.That(FetchedBatches.NextOffset(log), Is.EqualTo(1));
        Assert.That(Read(log, new ConsumerOptions(), null), Is.EqualTo(new[] { "whole" }));
    }

    [Test]
    public void Records_before_the_position_are_passed_over_and_a_limit_is_kept()
    {
        var log = Batch(10, -1, "a", "b", "c", "d");
        _partition.Seek(11);
        using var batches = Open(log, new ConsumerOptions(), null);
        var records = new List<ConsumerRecord>();
        Assert.That(batches.Read(records, 2));
        Assert.That(records.Select(record => record.Offset), Is.EqualTo(new[] { 11, 12 }));
        records.Clear();
        Assert.That(batches.Read(records, 2), Is.False);
        Assert.That(Encoding.UTF8.GetString(records[0].Value.Span), Is.EqualTo("d"));
    }

    [Test]
    public void Compressed_records_are_decompressed()
    {
        foreach (var codec in TestCodecs.All)
        {
            var builder = new RecordBatchBuilder(new RecordBatchOptions { Compression = (CompressionType)codec.Type });
            builder.Append(5, null, new byte[50_000]);
            _partition.Seek(0);
            using var batches = Open(builder.Build(codec).ToArray(), new ConsumerOptions(), null);
            var records = new List<ConsumerRecord>();
            batches.Read(records, 10);
            Assert.That(records[0].Value.Length, Is.EqualTo(50_000), codec.Id);
        }
    }

    [TearDown]
    public void NothingIsRented() => _pool.ThrowIfRented();

    private List<string> Read(byte[] log, ConsumerOptions options, List<FetchResponse.AbortedTransaction>? aborted)
    {
        using var batches = Open(log, options, aborted);
        var records = new List<ConsumerRecord>();
        Assert.That(batches.Read(records, 100), Is.False);
        return [.. records.Select(record => Encoding.UTF8.GetString(record.Value.Span))];
    }

    private FetchedBatches Open(byte[] log, ConsumerOptions options, List<FetchResponse.AbortedTransaction>? aborted)
    {
        var reply = new SharedReply(new KafkaReply<FetchResponse>(new FetchResponse(), 13, _pool.Rent(10)));
        return new FetchedBatches(_partition, reply, log, aborted, options, new CompressionCodecs(TestCodecs.All));
    }

    private static byte[] Batch(long offset, long producer, params string[] values)
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions { BaseOffset = offset, ProducerId = producer, ProducerEpoch = 0, BaseSequence = 0, IsTransactional = producer == 1 });
        foreach (var value in values)
        {
            builder.Append(5, null, Encoding.UTF8.GetBytes(value));
        }

        return builder.Build().ToArray();
    }

    private static byte[] Marker(long offset, long producer, ControlRecordType type)
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions { BaseOffset = offset, ProducerId = producer, ProducerEpoch = 0, IsTransactional = true, IsControl = true });
        builder.Append(5, ControlRecord.Key(type), ControlRecord.EndTransactionMarker(0));
        return builder.Build().ToArray();
    }
}
