using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Storage.File;

/// <summary>Log lines of the file store; event ids 9000 to 9019.</summary>
internal static partial class StorageFileEvents
{
    [LoggerMessage(9000, LogLevel.Warning, "Closing segment {Location} failed; its indexes will be rebuilt at the next start")]
    public static partial void ClosingFailed(this ILogger logger, Exception exception, string location);

    [LoggerMessage(9001, LogLevel.Error, "Deleting {Location} failed; its files remain")]
    public static partial void DeletingFailed(this ILogger logger, Exception exception, string location);

    [LoggerMessage(9002, LogLevel.Information, "Removed {Name} from {Directory}, left over from an unclean shutdown")]
    public static partial void RemovedLeftover(this ILogger logger, string name, string directory);

    [LoggerMessage(9003, LogLevel.Information, "Put {Name} in {Directory} in place, completing a replacement that an unclean shutdown interrupted")]
    public static partial void CompletedSwap(this ILogger logger, string name, string directory);
}
