using System.Buffers;
using Kafka.Modular.Spi.Compression;
using ZstdSharp;

namespace Kafka.Modular.Compression.Zstd;

/// <summary>Compression type 4: RFC 8878.</summary>
/// <remarks>A decompressor's and the default level's tables are kept for the next use, one of each: making them costs more than a small batch.</remarks>
internal sealed class ZstdCodec : ICompressionCodec
{
    public const string CodecId = "zstd";

    private Decompressor? _idleDecompressor;
    private Compressor? _idleCompressor;

    public string Id => CodecId;

    public int Type => 4;

    public CompressionLevels Levels { get; } = new(-131072, 22, 3);

    public ICompressor OpenCompressor(IBufferWriter<byte> destination, int? level, CompressionFraming framing)
    {
        var resolved = Levels.Resolve(level);
        var idle = resolved == Levels.Default ? Interlocked.Exchange(ref _idleCompressor, null) : null;
        return new ZstdCompressor(this, destination, idle ?? new Compressor(resolved));
    }

    public IDecompressor OpenDecompressor(ReadOnlyMemory<byte> source, CompressionFraming framing)
        => new ZstdDecompressor(this, source, Interlocked.Exchange(ref _idleDecompressor, null) ?? new Decompressor());

    /// <summary>Takes back a compressor that is not in the middle of a frame.</summary>
    public void Return(Compressor compressor)
    {
        if (compressor.Level != Levels.Default || Interlocked.CompareExchange(ref _idleCompressor, compressor, null) is not null)
            compressor.Dispose();
    }

    /// <summary>Takes back a decompressor that is not in the middle of a frame.</summary>
    public void Return(Decompressor decompressor)
    {
        if (Interlocked.CompareExchange(ref _idleDecompressor, decompressor, null) is not null)
            decompressor.Dispose();
    }
}
