namespace Kafka.Modular.Metadata.Loading;

/// <summary>Something went wrong with metadata.</summary>
/// <param name="Kind">At which step.</param>
/// <param name="Publisher">Name of the publisher, if it was one.</param>
/// <param name="Offset">Offset in the metadata log.</param>
/// <param name="Message">For the log.</param>
/// <param name="Exception">What was thrown.</param>
public sealed record MetadataFault(MetadataFaultKind Kind, string? Publisher, long Offset, string Message, Exception Exception);

/// <summary>At which step a fault arose.</summary>
public enum MetadataFaultKind
{
    /// <summary>A batch or record could not be read or replayed: this node's view of the cluster is wrong from here on.</summary>
    Load,

    /// <summary>A publisher threw: what it is responsible for may lag behind.</summary>
    Publish,

    /// <summary>A snapshot could not be written.</summary>
    Snapshot,
}
