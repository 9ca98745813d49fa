using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.Memory;

/// <summary>The <c>memory</c> store: logs that live as long as the store, for embedded brokers and tests.</summary>
public sealed class MemoryStoragePlugin : IStoragePlugin
{
    internal const string PluginId = "memory";

    /// <inheritdoc/>
    public string Id => PluginId;

    /// <inheritdoc/>
    public ILogStore CreateStore(PluginContext context) => new MemoryLogStore(context.TimeProvider);
}
