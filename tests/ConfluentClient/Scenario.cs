using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Kafka.Modular.ConfluentClient;

/// <summary>Create, produce with every codec, consume in a group of two of which one leaves and returns; then, after a restart, go on.</summary>
internal sealed class Scenario(ClientOptions options)
{
    private string Group => options.Topic + "-group";

    private static int Share => Records.Codecs.Count;

    public async Task<Ledger> RoundTripAsync()
    {
        await CreateTopicAsync();
        Ledger ledger = new();
        int half = options.Records / 2;
        int threeQuarters = half + (options.Records / 4);
        Member first = new(options, Group, "first", ledger);
        Member second = new(options, Group, "second", ledger);
        AwaitSharing(first, second);
        Produce(0, half);
        Await(ledger, half * Share, first, second);
        Log($"{ledger.Count} records received, {ledger.CountOf("second")} by the second member");
        Check(ledger.CountOf("first") > 0 && ledger.CountOf("second") > 0, "one member received nothing");
        second.Leave();
        options.Until(() => $"{first.Assigned} partitions held", () => first.Assigned == Records.Partitions);
        Log("the second member left");
        Produce(half, threeQuarters);
        Await(ledger, threeQuarters * Share, first);
        second = new Member(options, Group, "returned", ledger);
        AwaitSharing(first, second);
        Log("it returned");
        Produce(threeQuarters, options.Records);
        Await(ledger, options.Records * Share, first, second);
        Check(ledger.CountOf("returned") > 0, "the member that returned received nothing");
        Check(ledger.Count == options.Records * Share, $"{ledger.Count} records instead of {options.Records * Share}");
        ledger.CheckOrder();
        long committed = 0;
        options.Until(() => $"offsets up to {committed} are committed", () => (committed = Committed()) == options.Records * Share);
        second.Leave();
        first.Leave();
        committed = Committed();
        Check(committed == options.Records * Share, $"offsets up to {committed} are committed instead of {options.Records * Share}");
        Produce(options.Records, options.Records + options.Tail);
        return ledger;
    }

    public Ledger Resume()
    {
        Ledger ledger = new();
        Member member = new(options, Group, "after", ledger);
        Await(ledger, options.Tail * Share, member);
        Log("what was not yet consumed before the restart is consumed");
        Produce(options.Records + options.Tail, options.Records + (2 * options.Tail));
        Await(ledger, 2 * options.Tail * Share, member);
        int again = ledger.Indexes().FirstOrDefault(index => index % Records.CodecStride < options.Records, -1);
        Check(again < 0, $"record {again} was committed before the restart and came again");
        ledger.CheckOrder();
        member.Leave();
        Log("reading everything again in a new group");
        Ledger whole = new();
        Member reader = new(options, options.Topic + "-again", "again", whole);
        Await(whole, (options.Records + (2 * options.Tail)) * Share, reader);
        whole.CheckOrder();
        reader.Leave();
        return whole;
    }

    private static void Check(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private static void Log(string text) => Console.WriteLine($"{DateTime.UtcNow:O} {text}");

    private async Task CreateTopicAsync()
    {
        using IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = options.Bootstrap }).Build();
        TopicSpecification topic = new() { Name = options.Topic, NumPartitions = Records.Partitions, ReplicationFactor = 1 };
        await admin.CreateTopicsAsync([topic]);
        Log("topic created");
    }

    private void Produce(int from, int to)
    {
        foreach (CompressionType codec in Records.Codecs)
        {
            ProducerConfig config = new()
            {
                BootstrapServers = options.Bootstrap, EnableIdempotence = true, CompressionType = codec, LingerMs = 5, QueueBufferingMaxMessages = 1_000_000,
            };
            using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(config).Build();
            Error? failure = null;
            int start = Records.Codecs.ToList().IndexOf(codec) * Records.CodecStride;
            for (int index = start + from; index < start + to; index++)
            {
                producer.Produce(options.Topic, Records.Of(index), report => failure ??= report.Error.IsError ? report.Error : null);
            }

            TimeSpan left = options.Deadline - DateTime.UtcNow;
            int unsent = producer.Flush(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            Check(failure is null && unsent == 0, $"{codec}: {failure}, {unsent} records not sent");
        }
    }

    private void AwaitSharing(Member first, Member second)
    {
        options.Until(
            () => $"members hold {first.Assigned} and {second.Assigned} partitions",
            () => first.Assigned > 0 && second.Assigned > 0 && first.Assigned + second.Assigned == Records.Partitions);
        Log("two members share the partitions");
    }

    private void Await(Ledger ledger, int expected, params Member[] members) => options.Until(
        () => $"{ledger.Count} of {expected} records received",
        () => members.All(member => member.Assigned >= 0) && ledger.Count >= expected);

    private long Committed()
    {
        ConsumerConfig config = new() { BootstrapServers = options.Bootstrap, GroupId = Group };
        using IConsumer<Ignore, Ignore> consumer = new ConsumerBuilder<Ignore, Ignore>(config).Build();
        IEnumerable<TopicPartition> partitions = Enumerable.Range(0, Records.Partitions).Select(partition => new TopicPartition(options.Topic, partition));
        return consumer.Committed(partitions, TimeSpan.FromSeconds(20)).Sum(committed => Math.Max(0, committed.Offset.Value));
    }
}
