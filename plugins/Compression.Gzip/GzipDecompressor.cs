using System.Buffers.Binary;
using System.IO.Compression;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Gzip;

/// <summary>Decompresses with the runtime's zlib, which checks the CRC but takes input that ends early for the end of the data.</summary>
internal sealed class GzipDecompressor(ReadOnlyMemory<byte> source) : IDecompressor
{
    private const int SmallestFrame = 18;

    private static ReadOnlySpan<byte> MemberMagic => [0x1f, 0x8b, 8];

    private readonly GZipStream _stream = new(new ReadOnlyMemoryStream(source), CompressionMode.Decompress);
    private uint _length;

    public int Read(Span<byte> destination)
    {
        try
        {
            var read = _stream.Read(destination);
            _length += (uint)read;
            if (read == 0 && destination.Length > 0)
                ThrowIfCut();
            return read;
        }
        catch (InvalidDataException error)
        {
            throw new CorruptCompressedDataException(GzipCodec.CodecId, error.Message, error);
        }
    }

    public void Dispose() => _stream.Dispose();

    // RFC 1952, section 2.3.1: a member ends with the length of its content modulo 2^32. Where several members follow each other (section 2.2)
    // it is that of the last.
    private void ThrowIfCut()
    {
        var bytes = source.Span;
        if (bytes.Length >= SmallestFrame)
        {
            var last = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
            if (last == _length || (last < _length && bytes[SmallestFrame..].IndexOf(MemberMagic) >= 0))
                return;
        }

        throw new CorruptCompressedDataException(GzipCodec.CodecId, "it ends before the end of the frame.");
    }
}
