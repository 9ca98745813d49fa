using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>
/// Counts the error codes of a response, NONE among them, as Kafka's <c>errorCounts</c> do. Walks over all of it: the two handlers that answer most count
/// theirs themselves.
/// </summary>
internal sealed class ResponseErrors : IMessageVisitor
{
    private const string ErrorCodeField = "errorCode";

    private readonly RequestContext _context;

    private ResponseErrors(RequestContext context) => _context = context;

    public static void Count(RequestContext context, IMessageStruct response)
    {
        if (context.Metrics is not null)
            response.Accept(new ResponseErrors(context), context.ApiVersion);
    }

    public bool Tagged(string name, int tag, bool isDefault) => !isDefault;

    public bool Boolean(string name, bool value) => value;

    public sbyte Int8(string name, sbyte value) => value;

    public short Int16(string name, short value)
    {
        if (string.Equals(name, ErrorCodeField, StringComparison.Ordinal))
            _context.Metrics!.OnErrors(value);
        return value;
    }

    public ushort UInt16(string name, ushort value) => value;

    public int Int32(string name, int value) => value;

    public uint UInt32(string name, uint value) => value;

    public long Int64(string name, long value) => value;

    public double Float64(string name, double value) => value;

    public Uuid Uuid(string name, Uuid value) => value;

    public string? String(string name, string? value, bool nullable) => value;

    public byte[]? Bytes(string name, byte[]? value, bool nullable) => value;

    public ReadOnlyMemory<byte>? Slice(string name, ReadOnlyMemory<byte>? value, bool nullable) => value;

    public Protocol.Messages.Records Records(string name, Protocol.Messages.Records value, bool nullable) => value;

    public T? Struct<T>(string name, T? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new()
    {
        value?.Accept(this, version);
        return value;
    }

    public List<T>? StructList<T>(string name, List<T>? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new()
    {
        foreach (var item in value ?? [])
            item.Accept(this, version);
        return value;
    }

    public List<T>? Int8List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => value;

    public List<T>? Int16List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => value;

    public List<T>? Int32List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => value;

    public List<T>? Int64List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged => value;

    public List<string>? StringList(string name, List<string>? value, bool nullable) => value;

    public List<Uuid>? UuidList(string name, List<Uuid>? value, bool nullable) => value;
}
