using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Targets;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Tests;
using RecordsField = Kafka.Modular.Protocol.Messages.Records;

namespace Kafka.Modular.Fuzz.Tests.Brokers;

/// <summary>
/// Fills requests by the names of their fields, so that most of them mean something to a broker: its topics, partitions, groups and producers, short
/// times. A field now and then gets any value at all.
/// </summary>
internal sealed class RequestVisitor(RandomSource random, BatchGrammar batches) : IMessageVisitor
{
    private static readonly string[] s_topics = ["fuzz-0", "fuzz-1", "fuzz-2", "fuzz-3", "__consumer_offsets", "", "..", "a b"];
    private static readonly string[] s_groups = ["group-0", "group-1", "group-2", ""];
    private static readonly string[] s_words = ["range", "consumer", "classic", "uniform", "stable", "Empty", "10", "user", "client-id", "PLAIN", "SCRAM-SHA-256", "cleanup.policy", "retention.ms", "compact", ""];

    private readonly RandomMessage _anything = new(random);

    /// <summary>A request of a version.</summary>
    public IRequest Create(ApiDescriptor api, short version)
    {
        var request = (IRequest)api.Request.Create();
        request.Accept(this, version);
        return request;
    }

    public bool Tagged(string name, int tag, bool isDefault) => random.Next(3) == 0;

    public bool Boolean(string name, bool value) => random.Next(2) == 0;

    public sbyte Int8(string name, sbyte value) => IsWild() ? _anything.Int8(name, value) : (sbyte)(random.Next(6) - 1);

    public short Int16(string name, short value) => IsWild() ? _anything.Int16(name, value) : name switch
    {
        "acks" => (short)(random.Next(3) - 1),
        "replicationFactor" => (short)(random.Next(2) == 0 ? 1 : -1),
        _ => (short)(random.Next(4) - 1),
    };

    public ushort UInt16(string name, ushort value) => _anything.UInt16(name, value);

    public int Int32(string name, int value)
    {
        switch (name)
        {
            // A wait that is as long as it may be would say nothing about the broker, and a client may ask for as many partitions as it likes.
            case "maxWaitMs" or "timeoutMs":
                return random.Next(4);
            case "rebalanceTimeoutMs":
                return 1 + random.Next(4);
            case "sessionTimeoutMs":
                return 1 + random.Next(30);
            case "numPartitions" or "count":
                return random.Next(5) - 1;
        }

        return IsWild() ? _anything.Int32(name, value) : name switch
        {
            "maxBytes" or "partitionMaxBytes" => random.Next(2) == 0 ? 1_000_000 : random.Next(200),
            "minBytes" => random.Next(3),
            "leaderEpoch" or "currentLeaderEpoch" or "sessionEpoch" or "generationId" or "memberEpoch" => random.Next(4) - 1,
            "replicaId" => -1,
            _ => random.Next(4) - 1,
        };
    }

    public uint UInt32(string name, uint value) => _anything.UInt32(name, value);

    public long Int64(string name, long value) => IsWild() ? _anything.Int64(name, value) : random.Next(12) - 2;

    public double Float64(string name, double value) => _anything.Float64(name, value);

    public Uuid Uuid(string name, Uuid value) => random.Next(2) == 0 ? default : new Uuid(random.Next(3), random.Next(3));

    public string? String(string name, string? value, bool nullable)
    {
        if (IsWild())
        {
            return _anything.String(name, value, nullable);
        }

        if (nullable && random.Next(3) == 0)
        {
            return null;
        }

        return name switch
        {
            "name" or "topic" or "topicName" or "resourceName" or "resourceNameFilter" => Pick(s_topics),
            "groupId" or "key" or "transactionalId" => Pick(s_groups),
            "memberId" or "groupInstanceId" or "instanceId" => random.Next(2) == 0 ? "" : "member-" + random.Next(3),
            "protocolType" => "consumer",
            _ => Pick(s_words),
        };
    }

    public byte[]? Bytes(string name, byte[]? value, bool nullable) => name switch
    {
        "authBytes" when random.Next(2) == 0 => Encoding.UTF8.GetBytes("\0user\0password"),
        _ => _anything.Bytes(name, value, nullable),
    };

    public ReadOnlyMemory<byte>? Slice(string name, ReadOnlyMemory<byte>? value, bool nullable) => _anything.Slice(name, value, nullable);

    public RecordsField Records(string name, RecordsField value, bool nullable) => random.Next(4) switch
    {
        0 => _anything.Records(name, value, nullable),
        1 => batches.Mutate(batches.Create(random), batches.Create(random), random),
        _ => batches.Create(random),
    };

    public T? Struct<T>(string name, T? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new() => nullable && random.Next(3) == 0 ? null : Fill<T>(version);

    public List<T>? StructList<T>(string name, List<T>? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new() => Items(nullable, () => Fill<T>(version));

    public List<T>? Int8List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => _anything.Int8List(name, value, nullable);

    public List<T>? Int16List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => _anything.Int16List(name, value, nullable);

    public List<T>? Int32List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => IsWild() ? _anything.Int32List(name, value, nullable) : Items(nullable, Small<T>);

    public List<T>? Int64List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => _anything.Int64List(name, value, nullable);

    public List<string>? StringList(string name, List<string>? value, bool nullable) => Items(nullable, () => Pick(name.Contains("opic", StringComparison.Ordinal) ? s_topics : s_groups));

    public List<Uuid>? UuidList(string name, List<Uuid>? value, bool nullable) => _anything.UuidList(name, value, nullable);

    private bool IsWild() => random.Next(24) == 0;

    private string Pick(string[] from) => from[random.Next(from.Length)];

    private T Fill<T>(short version)
        where T : class, IMessageStruct<T>, new()
    {
        var result = new T();
        result.Accept(this, version);
        return result;
    }

    private List<T>? Items<T>(bool nullable, Func<T> create)
    {
        if (nullable && random.Next(3) == 0)
        {
            return null;
        }

        var items = new List<T>();
        for (var left = random.Next(8) == 0 ? 0 : 1 + random.Next(2); left > 0; left--)
        {
            items.Add(create());
        }

        return items;
    }

    // All ids of brokers and partitions are int32.
    private T Small<T>()
        where T : unmanaged
    {
        var small = 1 + random.Next(2) - random.Next(2);
        return System.Runtime.CompilerServices.Unsafe.SizeOf<T>() == sizeof(int) ? System.Runtime.CompilerServices.Unsafe.As<int, T>(ref small) : default;
    }
}
