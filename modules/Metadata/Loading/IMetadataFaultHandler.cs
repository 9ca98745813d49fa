namespace Kafka.Modular.Metadata.Loading;

/// <summary>Decides what a fault means: a log line, or the end of the process. Called on the loop where it arose.</summary>
public interface IMetadataFaultHandler
{
    /// <summary>Takes note of the fault. Loading goes on with the next record when it returns.</summary>
    void OnFault(MetadataFault fault);
}
