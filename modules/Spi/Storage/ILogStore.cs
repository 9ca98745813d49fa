namespace Kafka.Modular.Spi.Storage;

/// <summary>Keeps the logs of a broker: opens log directories. One instance serves one broker for its whole life.</summary>
/// <remarks>Safe to use from any thread. Disposing it releases whatever the directories still hold.</remarks>
public interface ILogStore : IAsyncDisposable
{
    /// <summary>The plugin's id, for log lines: <c>file</c>, <c>memory</c>.</summary>
    string Id { get; }

    /// <summary>Opens a log directory (one entry of <c>log.dirs</c>), creates it where it is missing and takes its lock.</summary>
    /// <exception cref="LogDirectoryLockedException">Another broker, in this process or another, uses the directory.</exception>
    /// <exception cref="LogStoreException">The directory cannot be created, read or written.</exception>
    ILogDirectory OpenDirectory(string path);
}
