using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>One loaded state of a plugin that can be replaced while the server runs. Disposing it lets the code go.</summary>
/// <typeparam name="T">The interface of the plugin's kind.</typeparam>
/// <param name="manifest">What it says of itself.</param>
/// <param name="plugin">Its entry point.</param>
/// <param name="context">What it is made with.</param>
/// <param name="loaded">What holds its code.</param>
internal sealed class PluginGeneration<T>(PluginManifest manifest, T plugin, PluginContext context, LoadedPlugin loaded) : IDisposable
    where T : class, IPlugin
{
    public PluginManifest Manifest { get; } = manifest;

    public T Plugin { get; } = plugin;

    public PluginContext Context { get; } = context;

    /// <summary>Whether the code can be unloaded; not so for plugins that are part of the process.</summary>
    public bool IsCollectible => loaded.IsCollectible;

    public void Dispose() => loaded.Dispose();
}
