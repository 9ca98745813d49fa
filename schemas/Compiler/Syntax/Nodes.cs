namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>What a message is, and with it which blocks and properties it has.</summary>
internal enum MessageKind
{
    /// <summary>A request and its response.</summary>
    Api,

    /// <summary>A request or response header.</summary>
    Header,

    /// <summary>A structure carried inside something else.</summary>
    Data,

    /// <summary>A record of the metadata log.</summary>
    Metadata,

    /// <summary>Key and value of a record of a coordinator's log.</summary>
    Coordinator,

    /// <summary>A record of the remote log metadata topic.</summary>
    RemoteLogMetadata,
}

/// <summary>Everything that one file declares.</summary>
internal sealed class SchemaFile
{
    public List<TypeNode> Types { get; } = [];

    public List<ErrorsNode> Errors { get; } = [];

    public List<MessageNode> Messages { get; } = [];
}

/// <summary><c>type BrokerId int32</c></summary>
internal sealed record TypeNode(SourcePosition Position, string Name, string Primitive, string? Doc);

/// <summary>The block that declares the error codes.</summary>
internal sealed class ErrorsNode(SourcePosition position, string name, string? doc)
{
    public SourcePosition Position { get; } = position;

    public string Name { get; } = name;

    public string? Doc { get; } = doc;

    public List<ErrorNode> Codes { get; } = [];
}

/// <summary><c>CORRUPT_MESSAGE 2 retriable</c></summary>
internal sealed record ErrorNode(SourcePosition Position, string Name, int Code, bool Retriable, bool InvalidatesMetadata, string? Doc);

/// <summary>One message with its properties, history and blocks.</summary>
internal sealed class MessageNode(SourcePosition position, MessageKind kind, string name, int? key, string? doc)
{
    public SourcePosition Position { get; } = position;

    public MessageKind Kind { get; } = kind;

    public string Name { get; } = name;

    public int? Key { get; } = key;

    public string? Doc { get; } = doc;

    public Dictionary<string, PropertyNode> Properties { get; } = new(StringComparer.Ordinal);

    public List<HistoryNode> History { get; } = [];

    public List<BlockNode> Blocks { get; } = [];
}

/// <summary>A property line: <c>versions 4..18</c>, <c>serves broker controller</c>.</summary>
internal sealed record PropertyNode(SourcePosition Position, string Name, VersionRange? Range, IReadOnlyList<string> Words);

/// <summary>A history row.</summary>
internal sealed record HistoryNode(SourcePosition Position, VersionRange Versions, string Source, string Text);

/// <summary><c>request { … }</c> and its kin.</summary>
internal sealed class BlockNode(SourcePosition position, string name, string? doc)
{
    public SourcePosition Position { get; } = position;

    public string Name { get; } = name;

    public string? Doc { get; } = doc;

    public List<StructNode> Structs { get; } = [];

    public List<FieldNode> Fields { get; } = [];
}

/// <summary>A shared struct, or one defined by the field that uses it.</summary>
internal sealed class StructNode(SourcePosition position, string name, VersionRange? versions, string? doc)
{
    public SourcePosition Position { get; } = position;

    public string Name { get; } = name;

    public VersionRange? Versions { get; } = versions;

    public string? Doc { get; } = doc;

    public List<FieldNode> Fields { get; } = [];
}

/// <summary>A field's type as written.</summary>
internal sealed record TypeReference(SourcePosition Position, string Name, bool IsList, VersionRange? Nullable);

/// <summary>A default as written.</summary>
internal sealed record DefaultNode(SourcePosition Position, TokenKind Kind, string Text);

/// <summary>One field.</summary>
internal sealed class FieldNode(SourcePosition position, string name, TypeReference type, string? doc)
{
    public SourcePosition Position { get; } = position;

    public string Name { get; } = name;

    public TypeReference Type { get; } = type;

    public string? Doc { get; } = doc;

    public DefaultNode? Default { get; set; }

    public StructNode? Inline { get; set; }

    public bool IsKey { get; set; }

    public int? Tag { get; set; }

    public VersionRange? Versions { get; set; }

    public bool IsLossy { get; set; }

    public bool IsSlice { get; set; }

    public bool IsInflexible { get; set; }
}
