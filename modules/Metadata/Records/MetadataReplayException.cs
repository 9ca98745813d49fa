namespace Kafka.Modular.Metadata.Records;

/// <summary>A record does not fit the image it was replayed on, or cannot be read: the log is damaged or of a newer server.</summary>
public sealed class MetadataReplayException : Exception
{
    /// <summary>With a message that names the record.</summary>
    public MetadataReplayException(string message)
        : base(message)
    {
    }

    /// <summary>With a message that names the record, and what was found first.</summary>
    public MetadataReplayException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
