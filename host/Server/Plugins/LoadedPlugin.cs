using System.Runtime.Loader;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>A plugin's entry point, with what its code is held by.</summary>
/// <param name="plugin">The entry point.</param>
/// <param name="code">Lets the code go, or null where it stays for the life of the process.</param>
internal sealed class LoadedPlugin(IPlugin plugin, IDisposable? code) : IDisposable
{
    public IPlugin Plugin { get; } = plugin;

    /// <summary>Whether the code can be unloaded.</summary>
    public bool IsCollectible => code is not null;

    /// <summary>Whether the code is there: a weak reference to the context that it was loaded into.</summary>
    public WeakReference<AssemblyLoadContext> Context { get; } = new(AssemblyLoadContext.GetLoadContext(plugin.GetType().Assembly)!);

    /// <summary>Lets the code go. It is unloaded once nothing refers to any object of it.</summary>
    public void Dispose() => code?.Dispose();
}
