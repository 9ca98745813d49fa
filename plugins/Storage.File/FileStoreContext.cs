using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Storage.File;

/// <summary>What everything in one log directory shares, and how its errors are named.</summary>
internal sealed record FileStoreContext(IFileSystem FileSystem, TimeProvider Clock, ILogger Logger, OpenFileLimit OpenFiles, string Directory)
{
    /// <summary>Whether modification times on disk differ from the clock's, so that they must be set.</summary>
    public bool StampsTimes => Clock != TimeProvider.System;

    /// <summary>Whether an exception is an I/O error that has no name yet.</summary>
    public static bool IsIoError(Exception error)
        => error is UnauthorizedAccessException || (error is IOException && error is not LogStoreException);

    public LogStoreException Error(string action, string path, Exception error)
        => new(Directory, $"Cannot {action} {path} in log directory {Directory}: {error.Message}", error)
        {
            IsDiskFull = FileSystem.IsDiskFull(error),
        };

    public T Run<T>(string action, string path, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception error) when (IsIoError(error))
        {
            throw Error(action, path, error);
        }
    }

    public void Run(string action, string path, Action operation)
    {
        try
        {
            operation();
        }
        catch (Exception error) when (IsIoError(error))
        {
            throw Error(action, path, error);
        }
    }
}
