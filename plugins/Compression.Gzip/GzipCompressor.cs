using System.Buffers;
using System.IO.Compression;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Gzip;

/// <summary>Compresses with the runtime's zlib.</summary>
internal sealed class GzipCompressor(IBufferWriter<byte> destination, int level) : ICompressor
{
    // Empty input gets no frame at all from GZipStream, so the empty one is written here: header, an empty final block, CRC 0 and length 0.
    private static ReadOnlySpan<byte> EmptyFrame => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly GZipStream _stream = new(new BufferWriterStream(destination), new ZLibCompressionOptions { CompressionLevel = level });
    private bool _isEmpty = true;

    public void Write(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
            return;
        _isEmpty = false;
        _stream.Write(source);
    }

    public void Finish()
    {
        if (_isEmpty)
            destination.Write(EmptyFrame);
        _stream.Dispose();
    }

    public void Dispose() => _stream.Dispose();
}
