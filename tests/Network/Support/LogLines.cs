using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>Keeps log lines.</summary>
internal sealed class LogLines : ILoggerFactory
{
    private readonly ConcurrentQueue<Line> _lines = new();

    public IReadOnlyCollection<Line> All => _lines;

    public IEnumerable<Line> AtLeast(LogLevel level) => _lines.Where(l => l.Level >= level);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    internal sealed record Line(string Category, LogLevel Level, int Id, string Text, Exception? Exception);

    private sealed class Logger(string category, ConcurrentQueue<Line> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(new Line(category, logLevel, eventId.Id, formatter(state, exception), exception));
    }
}
