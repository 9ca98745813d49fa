using System.Runtime.Loader;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Code of a plugin that can be replaced while the server runs. Refers to nothing of it.</summary>
/// <param name="Kind">The plugin's kind.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Version of its assembly.</param>
/// <param name="Location">The folder it was copied from, or the assembly it is registered from.</param>
/// <param name="Context">Dead once the code is unloaded.</param>
/// <param name="IsCollectible">Whether it can be unloaded: not so for plugins that are part of the process.</param>
internal sealed record PluginCode(
    PluginKind Kind, string Id, string Version, string Location, WeakReference<AssemblyLoadContext> Context, bool IsCollectible)
{
    /// <summary>Whether the code is still in memory.</summary>
    public bool IsLoaded => Context.TryGetTarget(out _);
}
