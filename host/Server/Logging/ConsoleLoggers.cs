using System.Text;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Logging;

/// <summary>Writes log lines to a stream, standard output by default, in Kafka's layout. Any thread.</summary>
public sealed class ConsoleLoggers : ILoggerFactory, ILoggerProvider
{
    private readonly Lock _lock = new();
    private readonly Stream _output;
    private readonly TimeProvider _time;
    private readonly LogLevel _minimum;

    /// <summary>Creates the factory.</summary>
    /// <param name="time">The clock of the lines.</param>
    /// <param name="minimum">The lowest level that is written.</param>
    /// <param name="output">Where they go; null takes standard output.</param>
    public ConsoleLoggers(TimeProvider time, LogLevel minimum = LogLevel.Information, Stream? output = null)
    {
        _time = time;
        _minimum = minimum;
        _output = output ?? Console.OpenStandardOutput();
    }

    /// <inheritdoc cref="ILoggerFactory.CreateLogger"/>
    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName, _minimum);

    /// <summary>Loggers to the same place that <see cref="AdjustableLoggers"/> decide about, from the lowest level that was given on.</summary>
    public AdjustableLoggers MakeAdjustable() => new(new EveryLevel(this), _minimum);

    /// <summary>Nothing else can be added: there is one place that lines go to.</summary>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    /// <summary>Flushes.</summary>
    public void Dispose()
    {
        lock (_lock)
            _output.Flush();
    }

    private void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        lock (_lock)
        {
            try
            {
                _output.Write(bytes);
                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the log any more; that is no reason to stop serving.
            }
        }
    }

    private sealed class EveryLevel(ConsoleLoggers owner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => new CategoryLogger(owner, categoryName, LogLevel.Trace);

        public void AddProvider(ILoggerProvider provider) => owner.AddProvider(provider);

        public void Dispose()
        {
        }
    }

    private sealed class CategoryLogger(ConsoleLoggers owner, string category, LogLevel minimum) : ILogger
    {
        // What the generic host says of its services the server says itself, in its own words.
        private readonly LogLevel _minimum = category.StartsWith("Microsoft.", StringComparison.Ordinal) ? LogLevel.Critical : minimum;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= _minimum && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                owner.Write(KafkaLogLayout.Format(owner._time.GetLocalNow(), logLevel, category, formatter(state, exception), exception));
        }
    }
}
