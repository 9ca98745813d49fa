namespace Kafka.Modular.Core.Time;

/// <summary>Reads a <see cref="TimeProvider"/> in the units of the protocol.</summary>
public static class TimeProviderExtensions
{
    /// <summary>Wall-clock time in milliseconds since 1970-01-01 UTC: the unit of every Kafka timestamp.</summary>
    public static long UnixMilliseconds(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
