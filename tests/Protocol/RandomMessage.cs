using System.Runtime.InteropServices;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol.Messages;
using RecordsField = Kafka.Modular.Protocol.Messages.Records;

namespace Kafka.Modular.Protocol.Tests;

/// <summary>Fills every field of a message by chance: any value that the version can carry.</summary>
internal sealed class RandomMessage(RandomSource random) : IMessageVisitor
{
    private static readonly string[] Texts = ["", "a", "orders", "zahlungen-ü", "日本語", "🚀", "with space", "\0", new string('x', 200)];

    /// <summary>A message of that kind and version.</summary>
    public static IMessage Create(MessageDescriptor descriptor, short version, RandomSource random)
    {
        IMessage message = descriptor.Create();
        var visitor = new RandomMessage(random);
        message.Accept(visitor, version);
        visitor.AddUnknownTags(message, descriptor.IsFlexible(version));
        return message;
    }

    public bool Tagged(string name, int tag, bool isDefault) => random.Next(2) == 0;

    public bool Boolean(string name, bool value) => random.Next(2) == 0;

    public sbyte Int8(string name, sbyte value) => (sbyte)Number();

    public short Int16(string name, short value) => (short)Number();

    public ushort UInt16(string name, ushort value) => (ushort)Number();

    public int Int32(string name, int value) => (int)Number();

    public uint UInt32(string name, uint value) => (uint)Number();

    public long Int64(string name, long value) => Number();

    public double Float64(string name, double value) => random.NextDouble() * Number();

    public Uuid Uuid(string name, Uuid value) => new(Number(), Number());

    public string? String(string name, string? value, bool nullable) => IsNull(nullable) ? null : Texts[random.Next(Texts.Length)];

    public byte[]? Bytes(string name, byte[]? value, bool nullable)
    {
        if (IsNull(nullable))
        {
            return null;
        }

        byte[] bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return bytes;
    }

    public ReadOnlyMemory<byte>? Slice(string name, ReadOnlyMemory<byte>? value, bool nullable) =>
        Bytes(name, null, nullable) is { } bytes ? new ReadOnlyMemory<byte>(bytes) : default(ReadOnlyMemory<byte>?);

    public RecordsField Records(string name, RecordsField value, bool nullable) => Bytes(name, null, nullable);

    public T? Struct<T>(string name, T? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new() => IsNull(nullable) ? null : Fill<T>(version);

    public List<T>? StructList<T>(string name, List<T>? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new() => Items(nullable, () => Fill<T>(version));

    public List<T>? Int8List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => Items(nullable, Raw<T>);

    public List<T>? Int16List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => Items(nullable, Raw<T>);

    public List<T>? Int32List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => Items(nullable, Raw<T>);

    public List<T>? Int64List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => Items(nullable, Raw<T>);

    public List<string>? StringList(string name, List<string>? value, bool nullable) => Items(nullable, () => Texts[random.Next(Texts.Length)]);

    public List<Uuid>? UuidList(string name, List<Uuid>? value, bool nullable) => Items(nullable, () => new Uuid(Number(), Number()));

    private T Fill<T>(short version)
        where T : class, IMessageStruct<T>, new()
    {
        var result = new T();
        result.Accept(this, version);
        return result;
    }

    private void AddUnknownTags(IMessage message, bool flexible)
    {
        if (flexible && random.Next(4) == 0)
        {
            message.UnknownTags = [new UnknownTag(5000, Bytes("", null, false)), new UnknownTag(int.MaxValue, new byte[300])];
        }
    }

    private bool IsNull(bool nullable) => nullable && random.Next(3) == 0;

    private List<T>? Items<T>(bool nullable, Func<T> create)
    {
        if (IsNull(nullable))
        {
            return null;
        }

        var list = new List<T>();
        for (int left = random.Next(4); left > 0; left--)
        {
            list.Add(create());
        }

        return list;
    }

    private T Raw<T>()
        where T : unmanaged
    {
        T value = default;
        random.NextBytes(MemoryMarshal.AsBytes(new Span<T>(ref value)));
        return value;
    }

    private long Number() => random.Next(4) switch
    {
        0 => 0,
        1 => -1,
        2 => random.Next(200),
        _ => (long)random.NextUInt64(),
    };
}
