namespace Kafka.Modular.Handlers.Configs;

/// <summary>
/// Port: how much the loggers of this process say (KIP-412). A logger without a level of its own has that of the nearest logger above it, names being
/// split at dots; above all is <c>root</c>. Levels are FATAL, ERROR, WARN, INFO, DEBUG, TRACE. Any thread.
/// </summary>
public interface ILoggerLevels
{
    /// <summary>The level in force of each logger, the root among them.</summary>
    IReadOnlyDictionary<string, string> All { get; }

    /// <summary>Whether there is a logger of this name.</summary>
    bool Contains(string logger);

    /// <summary>Sets a logger's own level; until the process ends.</summary>
    void Set(string logger, string level);

    /// <summary>Takes a logger's own level away.</summary>
    void Unset(string logger);
}
