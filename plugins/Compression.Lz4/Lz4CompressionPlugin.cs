using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Compression.Lz4;

/// <summary>The <c>lz4</c> compression type.</summary>
public sealed class Lz4CompressionPlugin : ICompressionPlugin
{
    /// <inheritdoc/>
    public string Id => Lz4FrameCodec.CodecId;

    /// <inheritdoc/>
    public ICompressionCodec CreateCodec(PluginContext context) => new Lz4FrameCodec();
}
