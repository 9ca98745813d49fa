using Kafka.Modular.Compression.Gzip;
using Kafka.Modular.Compression.Lz4;
using Kafka.Modular.Compression.Snappy;
using Kafka.Modular.Compression.Zstd;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Client.Tests;

/// <summary>The codecs that the server ships.</summary>
internal static class TestCodecs
{
    public static ICompressionCodec[] All =>
    [
        .. new ICompressionPlugin[] { new GzipCompressionPlugin(), new SnappyCompressionPlugin(), new Lz4CompressionPlugin(), new ZstdCompressionPlugin() }
            .Select(plugin => plugin.CreateCodec(null!)),
    ];
}
