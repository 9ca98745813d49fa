namespace Kafka.Modular.Protocol;

/// <summary>What a message is used for.</summary>
public enum MessageKind
{
    /// <summary>A request.</summary>
    Request,

    /// <summary>A response.</summary>
    Response,

    /// <summary>A request or response header.</summary>
    Header,

    /// <summary>A structure inside something else.</summary>
    Data,

    /// <summary>A record of <c>__cluster_metadata</c>.</summary>
    Metadata,

    /// <summary>A key in <c>__consumer_offsets</c>.</summary>
    GroupKey,

    /// <summary>A value in <c>__consumer_offsets</c>.</summary>
    GroupValue,

    /// <summary>A key in <c>__transaction_state</c>.</summary>
    TransactionKey,

    /// <summary>A value in <c>__transaction_state</c>.</summary>
    TransactionValue,

    /// <summary>A key in <c>__share_group_state</c>.</summary>
    ShareKey,

    /// <summary>A value in <c>__share_group_state</c>.</summary>
    ShareValue,

    /// <summary>A record of the remote log metadata topic.</summary>
    RemoteLogMetadata,
}

/// <summary>Reads a message of a version.</summary>
public delegate IMessage MessageDecoder(ref ProtocolReader reader, short version);

/// <summary>What is known about a message without an instance of it.</summary>
/// <param name="Name">The name of its class.</param>
/// <param name="Kind">What it is used for.</param>
/// <param name="Number">The API key or the record type; -1 where there is none.</param>
/// <param name="LowestVersion">Lowest version.</param>
/// <param name="HighestVersion">Highest version.</param>
/// <param name="FlexibleFrom">First version with compact lengths and tagged fields; <see cref="short.MaxValue"/> for none.</param>
/// <param name="Create">Makes an instance with all defaults.</param>
/// <param name="Read">Reads an instance.</param>
public sealed record MessageDescriptor(
    string Name,
    MessageKind Kind,
    short Number,
    short LowestVersion,
    short HighestVersion,
    short FlexibleFrom,
    Func<IMessage> Create,
    MessageDecoder Read)
{
    /// <summary>True when the version exists.</summary>
    public bool Has(short version) => version >= LowestVersion && version <= HighestVersion;

    /// <summary>True when the version has compact lengths and tagged fields.</summary>
    public bool IsFlexible(short version) => version >= FlexibleFrom;
}
