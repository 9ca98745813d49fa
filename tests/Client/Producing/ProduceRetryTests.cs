using System.Buffers;
using Kafka.Modular.Client.Producing;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Client.Tests.Producing;

/// <summary>What a producer sends again, against a peer that answers as the test says.</summary>
internal sealed class ProduceRetryTests : ClientFixture
{
    private readonly List<(long Id, short Epoch, int Sequence, int Count)> _sent = [];
    private readonly Queue<ErrorCode> _answers = new();

    // The sequence that the peer takes next, as a broker does; null where the answers alone decide.
    private int? _next;

    [Test]
    public async Task A_batch_that_may_succeed_later_is_sent_again_with_its_sequence()
    {
        var producer = Start();
        _answers.Enqueue(ErrorCode.NotLeaderOrFollower);
        var first = await ElapseUntilAsync(producer.SendAsync(Record, CancellationToken.None));
        var second = await ElapseUntilAsync(producer.SendAsync(Record, CancellationToken.None));
        Assert.That((first.Offset, second.Offset), Is.EqualTo((100, 100)));
        Assert.That(_sent, Is.EqualTo(new[] { (7L, (short)0, 0, 1), (7L, (short)0, 0, 1), (7L, (short)0, 1, 1) }));
    }

    [Test]
    public async Task A_batch_that_is_there_already_counts_as_stored()
    {
        var producer = Start();
        _answers.Enqueue(ErrorCode.DuplicateSequenceNumber);
        var delivery = await ElapseUntilAsync(producer.SendAsync(Record, CancellationToken.None));
        Assert.That((delivery.Error, delivery.Offset), Is.EqualTo(((KafkaClientException?)null, -1L)));
    }

    [Test]
    public async Task A_gap_that_nothing_explains_begins_a_new_epoch()
    {
        var producer = Start();
        _answers.Enqueue(ErrorCode.None);
        _answers.Enqueue(ErrorCode.OutOfOrderSequenceNumber);
        await ElapseUntilAsync(producer.SendAsync(Record, CancellationToken.None));
        await ElapseUntilAsync(producer.SendAsync(Record, CancellationToken.None));
        Assert.That(_sent, Is.EqualTo(new[] { (7L, (short)0, 0, 1), (7L, (short)0, 1, 1), (7L, (short)1, 0, 1) }));
    }

    [Test]
    public async Task An_error_that_stays_reaches_the_caller_and_what_follows_begins_a_new_epoch()
    {
        var producer = Start();
        _answers.Enqueue(ErrorCode.TopicAuthorizationFailed);
        var failed = producer.SendAsync(Record, CancellationToken.None);
        await ElapseUntilAsync(Task.WhenAny(failed));
        Assert.That(Assert.ThrowsAsync<KafkaClientException>(() => failed)!.Code, Is.EqualTo(ErrorCode.TopicAuthorizationFailed));
        await ElapseUntilAsync(producer.SendAsync(Record, CancellationToken.None));
        Assert.That(_sent[^1], Is.EqualTo((7L, (short)1, 0, 1)));
    }

    [Test]
    public async Task A_record_that_takes_too_long_expires()
    {
        var producer = Start(("delivery.timeout.ms", "3000"));
        for (var i = 0; i < 100; i++)
        {
            _answers.Enqueue(ErrorCode.NotEnoughReplicas);
        }

        var late = producer.SendAsync(Record, CancellationToken.None);
        await ElapseUntilAsync(Task.WhenAny(late));
        var code = Assert.ThrowsAsync<KafkaClientException>(() => late)!.Code;
        Assert.That(code, Is.EqualTo(ErrorCode.RequestTimedOut).Or.EqualTo(ErrorCode.NotEnoughReplicas));
    }

    [Test]
    public async Task Batches_under_way_behind_one_that_failed_follow_it_in_order()
    {
        var producer = Start(("linger.ms", "0"), ("batch.size", "1"));
        _answers.Enqueue(ErrorCode.NotEnoughReplicas);
        _next = 0;
        var sent = Enumerable.Range(0, 3).Select(_ => producer.SendAsync(Record, CancellationToken.None)).ToArray();
        await ElapseUntilAsync(Task.WhenAll(sent));
        Assert.That(_next, Is.EqualTo(3));
        Assert.That(_sent.Select(each => each.Epoch), Is.All.Zero);
    }

    [Test]
    public async Task A_codec_that_fails_fails_its_batch_and_nothing_else()
    {
        var peer = Peer();
        _ = ServeAsync(peer);
        var properties = ClientProperties.Empty.With("bootstrap.servers", peer.Address.ToString()).With("compression.type", "gzip");
        var producer = Own(new KafkaProducer(properties, Parts, new CompressionCodecs(new FailingCodec())));
        for (var i = 0; i < 2; i++)
        {
            var failed = producer.SendAsync(Record, CancellationToken.None);
            await ElapseUntilAsync(Task.WhenAny(failed));
            Assert.That(Assert.ThrowsAsync<KafkaClientException>(() => failed)!.Message, Does.Contain("out of order"));
        }
    }

    private static ProducerRecord Record => new() { Topic = "t", Value = new byte[] { 1 } };

    private KafkaProducer Start(params (string Key, string Value)[] more)
    {
        var peer = Peer();
        _ = ServeAsync(peer);
        var properties = ClientProperties.Of(more.Select(each => KeyValuePair.Create(each.Key, each.Value))).With("bootstrap.servers", peer.Address.ToString());
        return Own(new KafkaProducer(properties, Parts, CompressionCodecs.Empty));
    }

    private async Task ServeAsync(ScriptedPeer peer)
    {
        while (true)
        {
            var connection = await peer.AcceptedAsync();
            _ = ServeAsync(peer, connection);
        }
    }

    private async Task ServeAsync(ScriptedPeer peer, ScriptedConnection connection)
    {
        try
        {
            while (true)
            {
                var request = await connection.ReadAsync();
                await connection.AnswerAsync(request, request.Body switch
                {
                    MetadataRequest => new MetadataResponse
                    {
                        Brokers = [new() { NodeId = (BrokerId)1, Host = "localhost", Port = peer.Address.Port }],
                        Topics = [new() { Name = "t", TopicId = new Uuid(1, 2), Partitions = [new() { LeaderId = (BrokerId)1, LeaderEpoch = 1 }] }],
                    },
                    InitProducerIdRequest => new InitProducerIdResponse { ProducerId = (ProducerId)7 },
                    ProduceRequest produce => Answer(produce),
                    _ => throw new InvalidOperationException($"{request.Key} is not expected"),
                });
            }
        }
        catch (IOException)
        {
            // The client has closed.
        }
    }

    private ProduceResponse Answer(ProduceRequest request)
    {
        var data = request.TopicData[0];
        RecordBatchView.TryRead(data.PartitionData[0].Records.ToArray(), out var batch);
        _sent.Add((batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.RecordCount));
        var error = _answers.TryDequeue(out var scripted) ? scripted : Check(batch.BaseSequence);
        return new ProduceResponse
        {
            Responses = [new() { Name = data.Name, TopicId = data.TopicId, PartitionResponses = [new() { ErrorCode = error, BaseOffset = 100 }] }],
        };
    }

    private ErrorCode Check(int sequence)
    {
        if (_next is null || sequence == _next++)
        {
            return ErrorCode.None;
        }

        _next--;
        return sequence > _next ? ErrorCode.OutOfOrderSequenceNumber : ErrorCode.DuplicateSequenceNumber;
    }

    private sealed class FailingCodec : ICompressionCodec
    {
        public string Id => "gzip";

        public int Type => (int)CompressionType.Gzip;

        public CompressionLevels? Levels => null;

        public ICompressor OpenCompressor(IBufferWriter<byte> destination, int? level, CompressionFraming framing) => throw new IOException("out of order");

        public IDecompressor OpenDecompressor(ReadOnlyMemory<byte> source, CompressionFraming framing) => throw new IOException("out of order");
    }
}
