namespace Kafka.Modular.Spi.Storage;

/// <summary>The log directory is in use by another broker.</summary>
public sealed class LogDirectoryLockedException : LogStoreException
{
    /// <summary>Creates the error.</summary>
    /// <param name="directory">Path of the log directory as configured.</param>
    public LogDirectoryLockedException(string directory)
        : base(directory, $"Cannot lock log directory {directory}: another broker, in this process or another, is using it.")
    {
    }
}
