using System.Collections.Concurrent;
using Kafka.Modular.Handlers.Configs;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Logging;

/// <summary>
/// Loggers whose levels can change while the server runs (KIP-412), in front of those that write. What these write at the least bounds what a lower level
/// brings to light. Any thread.
/// </summary>
public sealed class AdjustableLoggers : ILoggerFactory, ILoggerLevels
{
    private const string Root = "root";

    private readonly ILoggerFactory _target;
    private readonly ConcurrentDictionary<string, LeveledLogger> _loggers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LogLevel> _own = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Stands in front of loggers.</summary>
    /// <param name="target">Those that write; not disposed here.</param>
    /// <param name="level">The root's level; null takes the lowest that <paramref name="target"/> writes.</param>
    public AdjustableLoggers(ILoggerFactory target, LogLevel? level = null)
    {
        _target = target;
        _own[Root] = level ?? LowestOf(target);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> All
    {
        get
        {
            lock (_lock)
            {
                return _loggers.Keys.Concat(_own.Keys).Distinct(StringComparer.Ordinal)
                    .ToDictionary(static name => name, name => KafkaLogLayout.NameOf(LevelOf(name)), StringComparer.Ordinal);
            }
        }
    }

    /// <inheritdoc/>
    public bool Contains(string logger)
    {
        lock (_lock)
            return _own.ContainsKey(logger) || _loggers.ContainsKey(logger);
    }

    /// <inheritdoc/>
    public void Set(string logger, string level)
    {
        lock (_lock)
        {
            _own[logger] = KafkaLogLayout.LevelOf(level);
            Refresh();
        }
    }

    /// <inheritdoc/>
    public void Unset(string logger)
    {
        lock (_lock)
        {
            if (logger != Root)
                _own.Remove(logger);
            Refresh();
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName)
    {
        lock (_lock)
            return _loggers.GetOrAdd(categoryName, name => new LeveledLogger(_target.CreateLogger(name)) { Minimum = LevelOf(name) });
    }

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => _target.AddProvider(provider);

    /// <summary>Nothing: the loggers that write belong to somebody else.</summary>
    public void Dispose()
    {
    }

    private static LogLevel LowestOf(ILoggerFactory target)
    {
        var logger = target.CreateLogger(Root);
        for (var level = LogLevel.Trace; level < LogLevel.None; level++)
        {
            if (logger.IsEnabled(level))
                return level;
        }

        return LogLevel.Information;
    }

    private void Refresh()
    {
        foreach (var (name, logger) in _loggers)
            logger.Minimum = LevelOf(name);
    }

    private LogLevel LevelOf(string name)
    {
        for (var at = name.Length; at > 0; at = name.LastIndexOf('.', at - 1))
        {
            if (_own.TryGetValue(name[..at], out var level))
                return level;
        }

        return _own[Root];
    }

    private sealed class LeveledLogger(ILogger target) : ILogger
    {
        private volatile int _minimum;

        public LogLevel Minimum
        {
            set => _minimum = (int)value;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => target.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => (int)logLevel >= _minimum && target.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if ((int)logLevel >= _minimum)
                target.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
