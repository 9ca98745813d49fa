using Microsoft.Extensions.Logging;

namespace Kafka.Modular.LogStorage;

/// <summary>Log lines of this module; event ids 3000 to 3099.</summary>
internal static partial class LogStorageEvents
{
    [LoggerMessage(3000, LogLevel.Warning, "Recovered segment {Segment} of {Partition}: the indexes were {State}.")]
    public static partial void IndexesRebuilt(this ILogger logger, string segment, string partition, string state);

    [LoggerMessage(3001, LogLevel.Warning, "{Partition}: {Bytes} bytes after offset {Offset} in {Segment} were not whole batches and were cut off ({Reason}).")]
    public static partial void TailTruncated(this ILogger logger, string partition, long bytes, long offset, string segment, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "{Partition}: segment {Segment} lies behind the cut and was deleted.")]
    public static partial void SegmentDropped(this ILogger logger, string partition, string segment);

    [LoggerMessage(3003, LogLevel.Warning, "{Partition}: all segments were deleted, because the log ends at {LogEndOffset}, below its start offset {LogStartOffset}.")]
    public static partial void StartBeyondEnd(this ILogger logger, string partition, long logEndOffset, long logStartOffset);

    [LoggerMessage(3004, LogLevel.Debug, "{Partition}: rolled a new segment at offset {Offset}.")]
    public static partial void SegmentRolled(this ILogger logger, string partition, long offset);

    [LoggerMessage(3005, LogLevel.Information, "{Partition}: segment {Segment} was deleted: {Reason}.")]
    public static partial void SegmentDeleted(this ILogger logger, string partition, string segment, string reason);

    [LoggerMessage(3006, LogLevel.Information, "{Partition}: log start offset is now {Offset}: {Reason}.")]
    public static partial void LogStartOffsetMoved(this ILogger logger, string partition, long offset, string reason);

    [LoggerMessage(3007, LogLevel.Information, "{Partition}: truncated to offset {Offset}; the log ended at {LogEndOffset}.")]
    public static partial void Truncated(this ILogger logger, string partition, long offset, long logEndOffset);

    [LoggerMessage(3008, LogLevel.Error, "{Partition}: {Operation} failed.")]
    public static partial void BackgroundFailed(this ILogger logger, Exception error, string partition, string operation);

    [LoggerMessage(3009, LogLevel.Warning, "{Partition}: {File} cannot be read and is made anew.")]
    public static partial void FileUnreadable(this ILogger logger, Exception error, string partition, string file);

    [LoggerMessage(3010, LogLevel.Debug, "{Partition}: loaded, log start offset {LogStartOffset}, log end offset {LogEndOffset}.")]
    public static partial void LogLoaded(this ILogger logger, string partition, long logStartOffset, long logEndOffset);

    [LoggerMessage(3011, LogLevel.Information, "Log for {Partition} is renamed and will be deleted.")]
    public static partial void LogDeleted(this ILogger logger, string partition);

    [LoggerMessage(3015, LogLevel.Warning, "Log {Partition} belongs to no replica of this broker: it is marked stray and renamed to {Name}. It can be deleted if nobody misses it.")]
    public static partial void LogMovedAside(this ILogger logger, string partition, string name);

    [LoggerMessage(3016, LogLevel.Warning, "Stray log {Name} in {Directory} belongs to no replica of this broker. It can be deleted if nobody misses it.")]
    public static partial void StrayLoaded(this ILogger logger, string name, string directory);

    [LoggerMessage(3012, LogLevel.Information, "Loaded {Count} logs from {Directory} (clean shutdown: {WasClean}).")]
    public static partial void DirectoryLoaded(this ILogger logger, string directory, int count, bool wasClean);

    [LoggerMessage(3020, LogLevel.Information, "{Partition}: cleaned offsets {FirstDirtyOffset} to {EndOffset}; {BytesRead} bytes became {BytesWritten}, {RecordsRead} records {RecordsWritten}, in {Milliseconds} ms.")]
    public static partial void LogCleaned(
        this ILogger logger, string partition, long firstDirtyOffset, long endOffset, long bytesRead, long bytesWritten, long recordsRead, long recordsWritten, long milliseconds);

    [LoggerMessage(3021, LogLevel.Warning, "{Partition}: {Count} records without a key were removed.")]
    public static partial void RecordsWithoutKey(this ILogger logger, string partition, long count);

    [LoggerMessage(3022, LogLevel.Warning, "{Partition}: the cleaner had come to offset {CleanedOffset}, but the log goes from {LogStartOffset} to {LogEndOffset}; it is cleaned from its start on again.")]
    public static partial void CheckpointInvalid(this ILogger logger, string partition, long cleanedOffset, long logStartOffset, long logEndOffset);

    [LoggerMessage(3023, LogLevel.Error, "{Partition}: cleaning failed and is tried again later.")]
    public static partial void CleaningFailed(this ILogger logger, Exception error, string partition);

    [LoggerMessage(3024, LogLevel.Error, "{Partition}: cleaning failed; the log is not cleaned again until the broker restarts.")]
    public static partial void LogUncleanable(this ILogger logger, Exception error, string partition);

    [LoggerMessage(3013, LogLevel.Error, "Log directory {Directory} could not be closed in order; the next start will recover it.")]
    public static partial void DirectoryNotClosed(this ILogger logger, Exception error, string directory);

    [LoggerMessage(3014, LogLevel.Information, "Log {Partition} was replaced by its copy in {Directory}.")]
    public static partial void LogMoved(this ILogger logger, string partition, string directory);
}
