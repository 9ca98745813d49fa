namespace Kafka.Modular.Spi.Storage;

/// <summary>Writes one blob piece by piece. Disposing without <see cref="Commit"/> drops it. One thread at a time.</summary>
public interface IBlobWriter : IDisposable
{
    /// <summary>Bytes written so far.</summary>
    long Length { get; }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="LogStoreException">They could not be written.</exception>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Makes the blob durable and visible under its name, in one step.</summary>
    /// <exception cref="LogStoreException">It could not be flushed or renamed.</exception>
    void Commit();
}
