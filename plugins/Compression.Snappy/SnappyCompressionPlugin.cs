using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Compression.Snappy;

/// <summary>The <c>snappy</c> compression type.</summary>
public sealed class SnappyCompressionPlugin : ICompressionPlugin
{
    /// <inheritdoc/>
    public string Id => SnappyCodec.CodecId;

    /// <inheritdoc/>
    public ICompressionCodec CreateCodec(PluginContext context) => new SnappyCodec();
}
