using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Protocol;

/// <summary>
/// Walks over a message's fields. Every method is given the field's name and value and returns the value that the field shall have; JSON is written by a
/// visitor that returns what it was given and read by one that returns what the document says, so that there is one generated walk for both.
/// </summary>
/// <remarks>Names are in JSON form: the schema's name with a small first letter. <c>nullable</c>: whether this version lets the field be null.</remarks>
public interface IMessageVisitor
{
    /// <summary>Asks whether a tagged field shall be visited. One that has its default is not on the wire.</summary>
    bool Tagged(string name, int tag, bool isDefault);

    /// <summary>A bool.</summary>
    bool Boolean(string name, bool value);

    /// <summary>An int8.</summary>
    sbyte Int8(string name, sbyte value);

    /// <summary>An int16.</summary>
    short Int16(string name, short value);

    /// <summary>A uint16.</summary>
    ushort UInt16(string name, ushort value);

    /// <summary>An int32.</summary>
    int Int32(string name, int value);

    /// <summary>A uint32.</summary>
    uint UInt32(string name, uint value);

    /// <summary>An int64.</summary>
    long Int64(string name, long value);

    /// <summary>A float64.</summary>
    double Float64(string name, double value);

    /// <summary>A uuid.</summary>
    Uuid Uuid(string name, Uuid value);

    /// <summary>A string.</summary>
    string? String(string name, string? value, bool nullable);

    /// <summary>Bytes.</summary>
    byte[]? Bytes(string name, byte[]? value, bool nullable);

    /// <summary>Bytes that may be a slice of the frame.</summary>
    ReadOnlyMemory<byte>? Slice(string name, ReadOnlyMemory<byte>? value, bool nullable);

    /// <summary>Record batches.</summary>
    Messages.Records Records(string name, Messages.Records value, bool nullable);

    /// <summary>A struct.</summary>
    T? Struct<T>(string name, T? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new();

    /// <summary>A list of structs.</summary>
    List<T>? StructList<T>(string name, List<T>? value, bool nullable, short version)
        where T : class, IMessageStruct<T>, new();

    /// <summary>A list of int8.</summary>
    List<T>? Int8List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged;

    /// <summary>A list of int16, or of a type that is one.</summary>
    List<T>? Int16List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged;

    /// <summary>A list of int32, or of a type that is one.</summary>
    List<T>? Int32List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged;

    /// <summary>A list of int64, or of a type that is one.</summary>
    List<T>? Int64List<T>(string name, List<T>? value, bool nullable)
        where T : unmanaged;

    /// <summary>A list of strings.</summary>
    List<string>? StringList(string name, List<string>? value, bool nullable);

    /// <summary>A list of uuids.</summary>
    List<Uuid>? UuidList(string name, List<Uuid>? value, bool nullable);
}
