using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Spi.Plugins;

/// <summary>A plugin of kind <c>compression</c>. Loaded once for the life of the process.</summary>
public interface ICompressionPlugin : IPlugin
{
    /// <summary>Creates the codec; called once per broker.</summary>
    /// <exception cref="PluginException">The settings cannot be used.</exception>
    ICompressionCodec CreateCodec(PluginContext context);
}
