using System.Buffers;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Gzip;

/// <summary>Compression type 1: RFC 1952.</summary>
internal sealed class GzipCodec : ICompressionCodec
{
    public const string CodecId = "gzip";

    /// <summary>As zlib takes -1.</summary>
    private const int ZlibDefault = 6;

    public string Id => CodecId;

    public int Type => 1;

    public CompressionLevels Levels { get; } = new(1, 9, ZlibDefault, Automatic: -1);

    public ICompressor OpenCompressor(IBufferWriter<byte> destination, int? level, CompressionFraming framing)
        => new GzipCompressor(destination, Levels.Resolve(level));

    public IDecompressor OpenDecompressor(ReadOnlyMemory<byte> source, CompressionFraming framing) => new GzipDecompressor(source);
}
