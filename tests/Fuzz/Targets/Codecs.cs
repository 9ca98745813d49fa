using Kafka.Modular.Compression.Gzip;
using Kafka.Modular.Compression.Lz4;
using Kafka.Modular.Compression.Snappy;
using Kafka.Modular.Compression.Zstd;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>The codecs that the server ships.</summary>
internal static class Codecs
{
    public static ICompressionCodec[] Create()
    {
        var context = new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal));
        return
        [
            new GzipCompressionPlugin().CreateCodec(context), new SnappyCompressionPlugin().CreateCodec(context),
            new Lz4CompressionPlugin().CreateCodec(context), new ZstdCompressionPlugin().CreateCodec(context),
        ];
    }

    public static ICompressionCodec Get(this CompressionCodecs codecs, CompressionType type) =>
        codecs.TryGet(type, out var codec) ? codec : throw new InvalidOperationException($"There is no codec for {type}.");
}
