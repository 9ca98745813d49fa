namespace Kafka.Modular.Spi.Storage;

/// <summary>An entry of the time index.</summary>
/// <param name="Timestamp">Milliseconds since 1970, or <see cref="None"/>.</param>
/// <param name="Offset">Offset of the batch that holds the timestamp.</param>
public readonly record struct TimestampOffset(long Timestamp, long Offset)
{
    /// <summary>The timestamp that stands for none.</summary>
    public const long None = -1;
}
