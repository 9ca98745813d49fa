using System.Buffers;

namespace Kafka.Modular.Spi.Compression;

/// <summary>Whole buffers through a codec.</summary>
public static class CompressionCodecExtensions
{
    private const int PieceBytes = 16 * 1024;

    /// <summary>Compresses a whole buffer.</summary>
    public static void Compress(
        this ICompressionCodec codec,
        ReadOnlySpan<byte> source,
        IBufferWriter<byte> destination,
        int? level = null,
        CompressionFraming framing = CompressionFraming.Standard)
    {
        using var compressor = codec.OpenCompressor(destination, level, framing);
        compressor.Write(source);
        compressor.Finish();
    }

    /// <summary>Decompresses a whole buffer, up to a limit; returns the length of the output.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="source">Compressed bytes.</param>
    /// <param name="destination">Receives the output, at most <paramref name="maxLength"/> bytes.</param>
    /// <param name="maxLength">Most bytes of output.</param>
    /// <param name="framing">How the bytes are framed.</param>
    /// <exception cref="CorruptCompressedDataException">The data is damaged.</exception>
    /// <exception cref="DecompressedTooLargeException">The output would be longer than allowed.</exception>
    public static long Decompress(
        this ICompressionCodec codec,
        ReadOnlyMemory<byte> source,
        IBufferWriter<byte> destination,
        long maxLength,
        CompressionFraming framing = CompressionFraming.Standard)
    {
        using var decompressor = codec.OpenDecompressor(source, framing);
        long total = 0;
        while (total < maxLength)
        {
            var room = destination.GetSpan(PieceBytes);
            if (room.Length > maxLength - total)
                room = room[..(int)(maxLength - total)];
            var read = decompressor.Read(room);
            if (read == 0)
                return total;
            destination.Advance(read);
            total += read;
        }

        Span<byte> probe = stackalloc byte[1];
        return decompressor.Read(probe) == 0 ? total : throw new DecompressedTooLargeException(codec.Id, maxLength);
    }
}
