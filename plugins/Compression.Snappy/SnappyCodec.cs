using System.Buffers;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Snappy;

/// <summary>
/// Compression type 2. Written in the stream framing of xerial's snappy-java, which Kafka's Java client writes and every client reads; read in that
/// framing or as one plain block, which is what clients without xerial's framing send.
/// </summary>
internal sealed class SnappyCodec : ICompressionCodec
{
    public const string CodecId = "snappy";

    public string Id => CodecId;

    public int Type => 2;

    public CompressionLevels? Levels => null;

    public ICompressor OpenCompressor(IBufferWriter<byte> destination, int? level, CompressionFraming framing) => new XerialCompressor(destination);

    public IDecompressor OpenDecompressor(ReadOnlyMemory<byte> source, CompressionFraming framing) => new SnappyDecompressor(source);
}
