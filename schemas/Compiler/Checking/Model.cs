using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Checking;

/// <summary>How a value looks on the wire.</summary>
internal enum WireType
{
    Bool,
    Int8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Records,
    Struct,
}

/// <summary>Names of the wire types in schemas.</summary>
internal static class WireTypes
{
    /// <summary>The wire type of that name, or null.</summary>
    public static WireType? Find(string name) => name switch
    {
        "bool" => WireType.Bool,
        "int8" => WireType.Int8,
        "int16" => WireType.Int16,
        "uint16" => WireType.UInt16,
        "int32" => WireType.Int32,
        "uint32" => WireType.UInt32,
        "int64" => WireType.Int64,
        "float64" => WireType.Float64,
        "uuid" => WireType.Uuid,
        "string" => WireType.String,
        "bytes" => WireType.Bytes,
        "records" => WireType.Records,
        _ => null,
    };
}

/// <summary>Checked declarations of all files together.</summary>
internal sealed class SchemaSet
{
    public List<TypeNode> Types { get; } = [];

    public ErrorsNode? Errors { get; set; }

    public List<Message> Messages { get; } = [];
}

/// <summary>One message on the wire: a request, a response, a record, the key or the value of one, …</summary>
internal sealed class Message
{
    /// <summary>The name of the C# class: FetchRequest, OffsetCommitKey, PartitionRecord.</summary>
    public required string Name { get; init; }

    public required MessageNode Node { get; init; }

    /// <summary>The name of the block: request, response, fields, key or value.</summary>
    public required string Block { get; init; }

    public required VersionRange Versions { get; init; }

    /// <summary>Versions with compact lengths and tagged fields.</summary>
    public required VersionRange Flexible { get; init; }

    public required Struct Root { get; init; }

    /// <summary>All structs below the root, each once, in order of appearance.</summary>
    public List<Struct> Structs { get; } = [];

    /// <summary>True when an allocation-free view is wanted.</summary>
    public required bool HasView { get; init; }

    public MessageKind Kind => Node.Kind;

    public int? Key => Node.Key;

    public IReadOnlyList<string> Words(string property) => Node.Properties.TryGetValue(property, out PropertyNode? node) ? node.Words : [];

    public VersionRange? Range(string property) => Node.Properties.TryGetValue(property, out PropertyNode? node) ? node.Range : null;

    public bool Has(string property) => Node.Properties.ContainsKey(property);
}

/// <summary>A struct, or the top level of a message.</summary>
internal sealed class Struct
{
    public required string Name { get; init; }

    /// <summary>The name of the C# class.</summary>
    public string ClassName { get; set; } = "";

    public required VersionRange Versions { get; init; }

    public string? Doc { get; init; }

    public required bool IsShared { get; init; }

    public List<Field> Fields { get; } = [];
}

/// <summary>A field, everything resolved.</summary>
internal sealed class Field
{
    public required FieldNode Node { get; init; }

    public string Name => Node.Name;

    public required WireType Wire { get; init; }

    /// <summary>The declared type (BrokerId, ErrorCode), or null.</summary>
    public string? Declared { get; init; }

    /// <summary>The struct, when <see cref="Wire"/> is Struct.</summary>
    public Struct? Struct { get; set; }

    public bool IsList => Node.Type.IsList;

    /// <summary>Versions in which the field is there, inside its parent's.</summary>
    public required VersionRange Versions { get; init; }

    /// <summary>Versions in which it may be null.</summary>
    public required VersionRange Nullable { get; init; }

    public int? Tag => Node.Tag;

    public bool IsNullable => !Nullable.IsEmpty;

    public bool IsLossy => Node.IsLossy;

    /// <summary>True when the default is null.</summary>
    public bool DefaultsToNull => Node.Default is { Kind: TokenKind.Word, Text: "null" } || (Wire == WireType.Records && Node.Default is null);
}
