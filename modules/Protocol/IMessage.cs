namespace Kafka.Modular.Protocol;

/// <summary>A message or a struct inside one.</summary>
public interface IMessageStruct
{
    /// <summary>Tagged fields that the schema does not know, in ascending order, or null.</summary>
    List<UnknownTag>? UnknownTags { get; set; }

    /// <summary>Writes the fields of that version.</summary>
    /// <exception cref="UnsupportedVersionException">A field that may not be dropped is set, and the version lacks it; or it is null where it may not be.</exception>
    void Write(ProtocolWriter writer, short version);

    /// <summary>
    /// Hands each field of that version to the visitor, in the schema's order, and stores what the visitor returns. A visitor that only looks returns what it was given.
    /// </summary>
    void Accept(IMessageVisitor visitor, short version);
}

/// <summary>A message or struct that can be read.</summary>
public interface IMessageStruct<TSelf> : IMessageStruct
    where TSelf : class, IMessageStruct<TSelf>, new()
{
    /// <summary>Reads the fields of that version.</summary>
    /// <exception cref="ProtocolException">The bytes are malformed.</exception>
    static abstract TSelf Read(ref ProtocolReader reader, short version);
}

/// <summary>A whole message.</summary>
public interface IMessage : IMessageStruct
{
    /// <summary>The name in the schema, with Request, Response, Key or Value at its end where it has one.</summary>
    string Name { get; }
}

/// <summary>A whole message that can be read.</summary>
public interface IMessage<TSelf> : IMessage, IMessageStruct<TSelf>
    where TSelf : class, IMessage<TSelf>, new()
{
    /// <summary>Lowest version of the schema.</summary>
    static abstract short LowestVersion { get; }

    /// <summary>Highest version of the schema.</summary>
    static abstract short HighestVersion { get; }
}

/// <summary>A request or a response.</summary>
public interface IApiMessage : IMessage
{
    /// <summary>The API it belongs to.</summary>
    ApiKey ApiKey { get; }
}

/// <summary>A request.</summary>
public interface IRequest : IApiMessage;

/// <summary>A request with its response.</summary>
public interface IRequest<TSelf, TResponse> : IRequest, IMessage<TSelf>
    where TSelf : class, IRequest<TSelf, TResponse>, new()
    where TResponse : class, IResponse<TResponse>, new()
{
    /// <summary>The API it belongs to.</summary>
    static abstract ApiKey Key { get; }
}

/// <summary>A response.</summary>
public interface IResponse : IApiMessage;

/// <summary>A response that can be read.</summary>
public interface IResponse<TSelf> : IResponse, IMessage<TSelf>
    where TSelf : class, IResponse<TSelf>, new();

/// <summary>A record of a log that belongs to the server: its type number says which.</summary>
public interface IRecordMessage : IMessage
{
    /// <summary>The number of the record type, unique within its log.</summary>
    short RecordType { get; }
}

/// <summary>A record of <c>__cluster_metadata</c>.</summary>
public interface IMetadataRecord : IRecordMessage;

/// <summary>A record of <c>__cluster_metadata</c> that can be read.</summary>
public interface IMetadataRecord<TSelf> : IMetadataRecord, IMessage<TSelf>
    where TSelf : class, IMetadataRecord<TSelf>, new();

/// <summary>The key of a record of a coordinator's log; its type is written before it as an int16.</summary>
public interface ICoordinatorKey : IRecordMessage;

/// <summary>The key of a coordinator record that can be read.</summary>
public interface ICoordinatorKey<TSelf> : ICoordinatorKey, IMessage<TSelf>
    where TSelf : class, ICoordinatorKey<TSelf>, new();

/// <summary>The value of a record of a coordinator's log; its version is written before it as an int16.</summary>
public interface ICoordinatorValue : IRecordMessage;

/// <summary>The value of a coordinator record that can be read.</summary>
public interface ICoordinatorValue<TSelf> : ICoordinatorValue, IMessage<TSelf>
    where TSelf : class, ICoordinatorValue<TSelf>, new();

/// <summary>A record of the remote log metadata topic.</summary>
public interface IRemoteLogMetadataRecord : IRecordMessage;

/// <summary>A record of the remote log metadata topic that can be read.</summary>
public interface IRemoteLogMetadataRecord<TSelf> : IRemoteLogMetadataRecord, IMessage<TSelf>
    where TSelf : class, IRemoteLogMetadataRecord<TSelf>, new();
