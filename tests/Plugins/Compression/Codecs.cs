using System.Buffers;
using Kafka.Modular.Compression.Gzip;
using Kafka.Modular.Compression.Lz4;
using Kafka.Modular.Compression.Snappy;
using Kafka.Modular.Compression.Zstd;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Plugins.Tests.Compression;

/// <summary>The codecs under test, made as the host makes them.</summary>
internal static class Codecs
{
    public static readonly string[] Ids = ["gzip", "snappy", "lz4", "zstd"];

    public static ICompressionCodec Of(string id)
    {
        ICompressionPlugin plugin = id switch
        {
            "gzip" => new GzipCompressionPlugin(),
            "snappy" => new SnappyCompressionPlugin(),
            "lz4" => new Lz4CompressionPlugin(),
            _ => new ZstdCompressionPlugin(),
        };
        Assert.That(plugin.Id, Is.EqualTo(id));
        return plugin.CreateCodec(new(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal)));
    }

    public static IEnumerable<ICompressionCodec> All() => Ids.Select(Of);

    public static byte[] Compress(
        this ICompressionCodec codec, byte[] source, int? level = null, CompressionFraming framing = CompressionFraming.Standard)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Compress(source.AsSpan(), output, level, framing);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Decompress(
        this ICompressionCodec codec, byte[] source, long limit = int.MaxValue, CompressionFraming framing = CompressionFraming.Standard)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.That(codec.Decompress(source, output, limit, framing), Is.EqualTo(output.WrittenCount));
        return output.WrittenSpan.ToArray();
    }
}
