using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol.Messages;
using RecordsField = Kafka.Modular.Protocol.Messages.Records;

namespace Kafka.Modular.Protocol.Tests;

public sealed class MessageViewTests
{
    private static readonly byte[] Batch = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];

    [TestCase(3)]
    [TestCase(8)]
    [TestCase(9)]
    [TestCase(12)]
    [TestCase(13)]
    public void A_produce_view_shows_what_the_message_holds(int version)
    {
        ProduceRequest request = Produce(version);
        byte[] bytes = ProtocolWriter.ToArray(request, (short)version);
        var reader = new ProtocolReader(bytes.AsMemory());
        var view = ProduceRequestView.Read(ref reader, (short)version);
        reader.EnsureEnd();

        Assert.That(view.GetTransactionalId(), Is.EqualTo("tx"));
        Assert.That(view.Acks, Is.EqualTo(-1));
        Assert.That(view.TimeoutMs, Is.EqualTo(1500));
        Assert.That(view.TopicData.Count, Is.EqualTo(2));
        int topics = 0;
        foreach (ProduceRequestView.TopicProduceData topic in view.TopicData)
        {
            ProduceRequest.TopicProduceData expected = request.TopicData[topics++];
            Assert.That(topic.GetName(), Is.EqualTo(version >= 13 ? "" : expected.Name));
            Assert.That(topic.TopicId, Is.EqualTo(version >= 13 ? expected.TopicId : Uuid.Zero));
            int partitions = 0;
            foreach (ProduceRequestView.PartitionProduceData partition in topic.PartitionData)
            {
                ProduceRequest.PartitionProduceData wanted = expected.PartitionData[partitions++];
                Assert.That(partition.Index, Is.EqualTo(wanted.Index));
                Assert.That(partition.Records.IsNull, Is.EqualTo(wanted.Records.IsNull));
                Assert.That(partition.Records.ToArray(), Is.EqualTo(wanted.Records.ToArray()));
            }

            Assert.That(partitions, Is.EqualTo(expected.PartitionData.Count));
        }

        Assert.That(topics, Is.EqualTo(2));
    }

    [TestCase(4)]
    [TestCase(11)]
    [TestCase(12)]
    [TestCase(15)]
    [TestCase(18)]
    public void A_fetch_view_shows_what_the_message_holds(int version)
    {
        FetchRequest request = Fetch(version);
        byte[] bytes = ProtocolWriter.ToArray(request, (short)version);
        var reader = new ProtocolReader(bytes.AsMemory());
        var view = FetchRequestView.Read(ref reader, (short)version);
        reader.EnsureEnd();

        Assert.That(view.MaxWaitMs, Is.EqualTo(500));
        Assert.That(view.GetClusterId(), Is.EqualTo(version >= 12 ? "cluster" : null));
        Assert.That(view.ReplicaId, Is.EqualTo(version < 15 ? new BrokerId(3) : new BrokerId(-1)));
        Assert.That(view.ReplicaState.ReplicaId, Is.EqualTo(version >= 15 ? new BrokerId(3) : new BrokerId(-1)));
        Assert.That(view.ReplicaState.ReplicaEpoch, Is.EqualTo(version >= 15 ? 9 : -1));
        foreach (FetchRequestView.FetchTopic topic in view.Topics)
        {
            foreach (FetchRequestView.FetchPartition partition in topic.Partitions)
            {
                Assert.That(partition.FetchOffset, Is.EqualTo(77));
                Assert.That(partition.LastFetchedEpoch, Is.EqualTo(version >= 12 ? 5 : -1));
            }
        }

        var forgotten = new List<int>();
        foreach (FetchRequestView.ForgottenTopic topic in view.ForgottenTopicsData)
        {
            foreach (int partition in topic.Partitions)
            {
                forgotten.Add(partition);
            }
        }

        Assert.That(forgotten, Is.EqualTo(version >= 7 ? [4, 5, 6] : Array.Empty<int>()));
    }

    [Test]
    public void Decoding_a_produce_request_through_its_view_allocates_nothing()
    {
        byte[] bytes = ProtocolWriter.ToArray(Produce(12), 12);
        long Walk()
        {
            var reader = new ProtocolReader(bytes.AsMemory());
            var view = ProduceRequestView.Read(ref reader, 12);
            long sum = view.TransactionalIdUtf8.Length;
            foreach (ProduceRequestView.TopicProduceData topic in view.TopicData)
            {
                sum += topic.NameUtf8.Length;
                foreach (ProduceRequestView.PartitionProduceData partition in topic.PartitionData)
                {
                    partition.Records.TryGetMemory(out ReadOnlyMemory<byte> records);
                    sum += partition.Index + records.Length;
                }
            }

            return sum;
        }

        AllocatesNothing(Walk);
    }

    [Test]
    public void Decoding_a_fetch_request_through_its_view_allocates_nothing()
    {
        byte[] bytes = ProtocolWriter.ToArray(Fetch(18), 18);
        long Walk()
        {
            var reader = new ProtocolReader(bytes.AsMemory());
            var view = FetchRequestView.Read(ref reader, 18);
            long sum = view.MaxBytes + view.RackIdUtf8.Length;
            foreach (FetchRequestView.FetchTopic topic in view.Topics)
            {
                sum += topic.TopicId.LeastSignificantBits;
                foreach (FetchRequestView.FetchPartition partition in topic.Partitions)
                {
                    sum += partition.Partition + partition.FetchOffset;
                }
            }

            foreach (FetchRequestView.ForgottenTopic topic in view.ForgottenTopicsData)
            {
                foreach (int partition in topic.Partitions)
                {
                    sum += partition;
                }
            }

            return sum;
        }

        AllocatesNothing(Walk);
    }

    [Test]
    public void A_view_refuses_what_is_malformed_before_it_is_walked()
    {
        byte[] bytes = ProtocolWriter.ToArray(Produce(12), 12);
        for (int length = 0; length < bytes.Length; length++)
        {
            byte[] cut = bytes[..length];
            Assert.Throws<ProtocolException>(() =>
            {
                var reader = new ProtocolReader(cut.AsMemory());
                ProduceRequestView.Read(ref reader, 12);
            });
        }
    }

    private static void AllocatesNothing(Func<long> walk)
    {
        walk();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long sum = walk();
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(after - before, Is.Zero);
        Assert.That(sum, Is.Not.Zero);
    }

    private static ProduceRequest Produce(int version) => new()
    {
        TransactionalId = "tx",
        Acks = -1,
        TimeoutMs = 1500,
        TopicData =
        [
            Topic("orders", version),
            Topic("zahlungen-ü", version),
        ],
    };

    private static ProduceRequest.TopicProduceData Topic(string name, int version) => new()
    {
        Name = version >= 13 ? "" : name,
        TopicId = version >= 13 ? new Uuid(name.Length, 17) : Uuid.Zero,
        PartitionData =
        [
            new() { Index = 0, Records = Batch },
            new() { Index = 7, Records = RecordsField.Empty },
            new() { Index = 8, Records = RecordsField.Null },
        ],
    };

    private static FetchRequest Fetch(int version) => new()
    {
        ClusterId = version >= 12 ? "cluster" : null,
        ReplicaId = version < 15 ? new BrokerId(3) : new BrokerId(-1),
        ReplicaState = version >= 15 ? new() { ReplicaId = new BrokerId(3), ReplicaEpoch = 9 } : new(),
        MaxWaitMs = 500,
        MinBytes = 1,
        MaxBytes = 1000,
        Topics =
        [
            new()
            {
                Topic = "orders",
                TopicId = new Uuid(1, 2),
                Partitions = [new() { Partition = 2, FetchOffset = 77, LastFetchedEpoch = version >= 12 ? 5 : -1, PartitionMaxBytes = 10 }],
            },
        ],
        ForgottenTopicsData = version >= 7 ? [new() { Topic = "old", TopicId = new Uuid(3, 4), Partitions = [4, 5, 6] }] : [],
        RackId = "rack",
    };
}
