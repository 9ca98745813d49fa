using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Spi.Plugins;

/// <summary>A plugin of kind <c>storage</c>. Loaded once for the life of the process.</summary>
public interface IStoragePlugin : IPlugin
{
    /// <summary>Creates the store; called once per broker.</summary>
    /// <exception cref="PluginException">The settings cannot be used.</exception>
    ILogStore CreateStore(PluginContext context);
}
