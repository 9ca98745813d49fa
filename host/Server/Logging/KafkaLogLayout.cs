using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Logging;

/// <summary>A log line in the layout that Kafka's own servers have: <c>[time] LEVEL message (logger)</c>. Pure.</summary>
public static class KafkaLogLayout
{
    /// <summary>Makes the line; an exception follows on lines of its own.</summary>
    public static string Format(DateTimeOffset time, LogLevel level, string category, string message, Exception? exception)
    {
        var line = new StringBuilder(message.Length + 80);
        line.Append('[').Append(time.ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture)).Append("] ").Append(NameOf(level)).Append(' ');
        // One event is one line, whatever a client may have put into it.
        foreach (var character in message)
            line.Append(character is '\n' or '\r' ? ' ' : character);
        line.Append(" (").Append(category).Append(')');
        if (exception is not null)
            line.Append('\n').Append(exception);
        return line.Append('\n').ToString();
    }

    /// <summary>The level of a name that <see cref="NameOf"/> gives.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static LogLevel LevelOf(string name) => name switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFO" => LogLevel.Information,
        "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" => LogLevel.Critical,
        _ => throw new ArgumentException($"There is no log level {name}.", nameof(name)),
    };

    /// <summary>Kafka's name of a level.</summary>
    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        LogLevel.Critical => "FATAL",
        _ => "INFO",
    };
}
