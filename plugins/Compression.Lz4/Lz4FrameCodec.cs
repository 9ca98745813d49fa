using System.Buffers;
using K4os.Compression.LZ4;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Lz4;

/// <summary>Compression type 3: the LZ4 frame format with independent blocks, the only kind that Kafka's Java client reads.</summary>
internal sealed class Lz4FrameCodec : ICompressionCodec
{
    public const string CodecId = "lz4";
    private const int DefaultLevel = 9;

    public string Id => CodecId;

    public int Type => 3;

    public CompressionLevels Levels { get; } = new(1, 17, DefaultLevel);

    public ICompressor OpenCompressor(IBufferWriter<byte> destination, int? level, CompressionFraming framing)
        => new Lz4Compressor(destination, ToLibrary(Levels.Resolve(level)), framing);

    public IDecompressor OpenDecompressor(ReadOnlyMemory<byte> source, CompressionFraming framing) => new Lz4Decompressor(source, framing);

    // As in Kafka (KIP-390), the default level stands for the fast compressor and every other for the high one, whose strongest is 12 here.
    private static LZ4Level ToLibrary(int level) => level switch
    {
        DefaultLevel => LZ4Level.L00_FAST,
        <= 3 => LZ4Level.L03_HC,
        >= 12 => LZ4Level.L12_MAX,
        _ => (LZ4Level)level,
    };
}
