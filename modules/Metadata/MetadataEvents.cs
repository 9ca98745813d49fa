using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Metadata;

/// <summary>What the metadata loop logs.</summary>
internal static partial class MetadataEvents
{
    [LoggerMessage(5000, LogLevel.Information, "The loader finished catching up to the current high water mark of {HighWatermark}.")]
    public static partial void CaughtUp(this ILogger logger, long highWatermark);

    [LoggerMessage(5001, LogLevel.Information, "Initializing {Publisher} with the metadata up to offset {Offset}.")]
    public static partial void InitializingPublisher(this ILogger logger, string publisher, long offset);

    [LoggerMessage(5002, LogLevel.Information, "Loaded snapshot {Snapshot} with {Records} records in {Elapsed} ms.")]
    public static partial void SnapshotLoaded(this ILogger logger, string snapshot, int records, double elapsed);

    [LoggerMessage(5003, LogLevel.Error, "{What} at offset {Offset}.")]
    public static partial void Fault(this ILogger logger, Exception fault, string what, long offset);

    [LoggerMessage(5004, LogLevel.Information, "Creating snapshot {Snapshot} because {Reason}.")]
    public static partial void CreatingSnapshot(this ILogger logger, string snapshot, string reason);

    [LoggerMessage(5005, LogLevel.Information, "Created snapshot {Snapshot} with {Records} records in {Elapsed} ms.")]
    public static partial void SnapshotCreated(this ILogger logger, string snapshot, long records, double elapsed);
}
