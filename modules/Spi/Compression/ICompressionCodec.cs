using System.Buffers;

namespace Kafka.Modular.Spi.Compression;

/// <summary>One of Kafka's compression types. Has no state of its own; safe to use from any thread.</summary>
public interface ICompressionCodec
{
    /// <summary>Name as <c>compression.type</c> has it: <c>gzip</c>, <c>snappy</c>, <c>lz4</c>, <c>zstd</c>.</summary>
    string Id { get; }

    /// <summary>Number in the low three bits of a batch's attributes: 1 gzip, 2 snappy, 3 lz4, 4 zstd (KIP-110).</summary>
    int Type { get; }

    /// <summary>The levels one can ask for (KIP-390), or null where the type has none.</summary>
    CompressionLevels? Levels { get; }

    /// <summary>Begins to compress into a buffer.</summary>
    /// <param name="destination">Receives the compressed bytes.</param>
    /// <param name="level">A level of <see cref="Levels"/>, or null for its default.</param>
    /// <param name="framing">How the bytes are framed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is outside of the range.</exception>
    ICompressor OpenCompressor(IBufferWriter<byte> destination, int? level, CompressionFraming framing);

    /// <summary>Begins to decompress. The source must stay as it is until the decompressor is disposed.</summary>
    IDecompressor OpenDecompressor(ReadOnlyMemory<byte> source, CompressionFraming framing);
}
