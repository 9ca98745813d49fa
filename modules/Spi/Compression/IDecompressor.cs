namespace Kafka.Modular.Spi.Compression;

/// <summary>
/// Decompresses one stream of bytes piece by piece, with memory that does not grow with the length of the output, so that the reader
/// decides how much it takes. One thread at a time; disposed always.
/// </summary>
public interface IDecompressor : IDisposable
{
    /// <summary>Decompresses up to a buffer full; 0 at the end of the data (for a buffer that is not empty).</summary>
    /// <exception cref="CorruptCompressedDataException">The data is damaged, ends early or is not of this type.</exception>
    int Read(Span<byte> destination);
}
