using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Compression.Zstd;

/// <summary>The <c>zstd</c> compression type.</summary>
public sealed class ZstdCompressionPlugin : ICompressionPlugin
{
    /// <inheritdoc/>
    public string Id => ZstdCodec.CodecId;

    /// <inheritdoc/>
    public ICompressionCodec CreateCodec(PluginContext context) => new ZstdCodec();
}
