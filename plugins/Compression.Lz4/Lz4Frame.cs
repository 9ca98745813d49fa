using System.Buffers.Binary;
using K4os.Hash.xxHash;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Lz4;

/// <summary>The parts of an LZ4 frame (LZ4 Frame Format Description 1.6).</summary>
internal static class Lz4Frame
{
    public const uint Magic = 0x184D2204;
    public const uint UncompressedFlag = 0x80000000;

    /// <summary>Version 01, independent blocks.</summary>
    public const byte WrittenFlags = 0x60;

    /// <summary>Blocks of up to 64 KiB.</summary>
    public const byte WrittenBlockSize = 0x40;

    public const int WrittenBlockBytes = 64 * 1024;

    private const int FixedBytes = 6;

    /// <summary>Reads a frame's header; returns its length.</summary>
    /// <exception cref="CorruptCompressedDataException">It is damaged or uses what Kafka does not support.</exception>
    public static int ReadHeader(ReadOnlySpan<byte> source, CompressionFraming framing, out Lz4FrameOptions options)
    {
        if (source.Length <= FixedBytes)
            throw Corrupt("it ends within the header.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic)
            throw Corrupt("it does not begin with the magic number of a frame.");
        var (flags, blockSize) = (source[4], source[5]);
        if (flags >> 6 != 1 || (flags & 0x03) != 0 || (blockSize & 0x8f) != 0 || blockSize >> 4 < 4)
            throw Corrupt($"flags {flags:x2}{blockSize:x2} are not supported.");
        if ((flags & 0x20) == 0)
            throw Corrupt("blocks that depend on each other are not supported.");
        options = new(1 << ((2 * (blockSize >> 4)) + 8), (flags & 0x10) != 0, (flags & 0x04) != 0);
        var length = FixedBytes + ((flags & 0x08) != 0 ? sizeof(long) : 0);
        if (source.Length <= length)
            throw Corrupt("it ends within the header.");

        // Writers of magic 0 computed the checksum wrongly (KAFKA-3160), and it is not looked at there.
        if (framing == CompressionFraming.Standard && source[length] != Checksum(source[4..length]))
            throw Corrupt("the checksum of the header does not match.");
        return length + 1;
    }

    /// <summary>Writes a frame's header; returns its length.</summary>
    public static int WriteHeader(Span<byte> destination, CompressionFraming framing)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Magic);
        destination[4] = WrittenFlags;
        destination[5] = WrittenBlockSize;
        destination[FixedBytes] = Checksum(destination[(framing == CompressionFraming.Legacy ? 0 : 4)..FixedBytes]);
        return FixedBytes + 1;
    }

    public static CorruptCompressedDataException Corrupt(string message, Exception? error = null) => new(Lz4FrameCodec.CodecId, message, error);

    private static byte Checksum(ReadOnlySpan<byte> descriptor) => (byte)(XXH32.DigestOf(descriptor) >> 8);
}
