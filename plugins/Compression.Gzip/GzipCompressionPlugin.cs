using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Compression.Gzip;

/// <summary>The <c>gzip</c> compression type.</summary>
public sealed class GzipCompressionPlugin : ICompressionPlugin
{
    /// <inheritdoc/>
    public string Id => GzipCodec.CodecId;

    /// <inheritdoc/>
    public ICompressionCodec CreateCodec(PluginContext context) => new GzipCodec();
}
