namespace Kafka.Modular.Spi.Storage;

/// <summary>An I/O error of a store; names the log directory, so that the broker can tell which one failed (KIP-112).</summary>
public class LogStoreException : IOException
{
    /// <summary>Creates the error.</summary>
    /// <param name="directory">Path of the log directory as configured.</param>
    /// <param name="message">What failed, for an operator.</param>
    /// <param name="innerException">The error of the operating system, if there is one.</param>
    public LogStoreException(string directory, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Directory = directory;
    }

    /// <summary>Path of the log directory as configured.</summary>
    public string Directory { get; }

    /// <summary>Whether the volume is full or a quota is used up: the operation may succeed later and what is stored can still be read.</summary>
    public bool IsDiskFull { get; init; }
}
