using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Fuzz.Tests.Connections;

/// <summary>Counts warnings, keeps errors, and the last lines of each category.</summary>
internal sealed class CountingLoggers : ILoggerFactory
{
    private const int KeptLines = 20;

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _recent = new(StringComparer.Ordinal);
    private int _warnings;

    public int Warnings => Volatile.Read(ref _warnings);

    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>The last lines of each category, in the order of their times.</summary>
    public IReadOnlyCollection<string> Recent => [.. _recent.Values.SelectMany(static lines => lines).Order(StringComparer.Ordinal)];

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName, _recent.GetOrAdd(categoryName, static _ => new()));

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private sealed class Category(CountingLoggers owner, string name, ConcurrentQueue<string> recent) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Information)
            {
                var time = TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
                recent.Enqueue($"{time} {logLevel} {name}: {formatter(state, exception)} {exception}");
                if (recent.Count > KeptLines)
                {
                    recent.TryDequeue(out _);
                }
            }

            if (logLevel >= LogLevel.Error)
            {
                owner._errors.Enqueue($"{formatter(state, exception)} {exception}");
            }
            else if (logLevel == LogLevel.Warning)
            {
                Interlocked.Increment(ref owner._warnings);
            }
        }
    }
}
