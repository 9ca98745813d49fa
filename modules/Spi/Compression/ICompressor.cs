namespace Kafka.Modular.Spi.Compression;

/// <summary>Compresses one stream of bytes. One thread at a time; disposed always, also without <see cref="Finish"/>.</summary>
public interface ICompressor : IDisposable
{
    /// <summary>Compresses bytes; they may reach the destination later.</summary>
    void Write(ReadOnlySpan<byte> source);

    /// <summary>Writes what is buffered and the end of the frame; nothing may be written after it.</summary>
    void Finish();
}
