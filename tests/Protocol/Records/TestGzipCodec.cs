using System.Buffers;
using System.IO.Compression;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Protocol.Tests.Records;

/// <summary>gzip over the framework's own stream, so that these tests need no plugin.</summary>
internal sealed class TestGzipCodec : ICompressionCodec
{
    public string Id => "gzip";

    public int Type => 1;

    public Spi.Compression.CompressionLevels? Levels => null;

    public ICompressor OpenCompressor(IBufferWriter<byte> destination, int? level, CompressionFraming framing) => new Compressor(destination);

    public IDecompressor OpenDecompressor(ReadOnlyMemory<byte> source, CompressionFraming framing) => new Decompressor(source);

    private sealed class Compressor(IBufferWriter<byte> destination) : ICompressor
    {
        private readonly MemoryStream _bytes = new();
        private GZipStream? _stream;

        public void Write(ReadOnlySpan<byte> source) =>
            (_stream ??= new GZipStream(_bytes, CompressionMode.Compress, leaveOpen: true)).Write(source);

        public void Finish()
        {
            Write([]);
            _stream!.Dispose();
            destination.Write(_bytes.ToArray());
        }

        public void Dispose() => _stream?.Dispose();
    }

    private sealed class Decompressor(ReadOnlyMemory<byte> source) : IDecompressor
    {
        private readonly GZipStream _stream = new(new MemoryStream(source.ToArray()), CompressionMode.Decompress);

        public int Read(Span<byte> destination)
        {
            try
            {
                return _stream.Read(destination);
            }
            catch (InvalidDataException error)
            {
                throw new CorruptCompressedDataException("gzip", error.Message, error);
            }
        }

        public void Dispose() => _stream.Dispose();
    }
}
