using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Fuzz.Tests.Connections;

/// <summary>Counts warnings, keeps errors, and the last lines of any kind.</summary>
internal sealed class CountingLoggers : ILoggerFactory, ILogger
{
    private const int KeptLines = 60;

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _recent = new();
    private int _warnings;

    public int Warnings => Volatile.Read(ref _warnings);

    public IReadOnlyCollection<string> Errors => _errors;

    public IReadOnlyCollection<string> Recent => _recent;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Information)
        {
            _recent.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel} {formatter(state, exception)} {exception}");
            if (_recent.Count > KeptLines)
            {
                _recent.TryDequeue(out _);
            }
        }

        if (logLevel >= LogLevel.Error)
        {
            _errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
        else if (logLevel == LogLevel.Warning)
        {
            Interlocked.Increment(ref _warnings);
        }
    }
}
