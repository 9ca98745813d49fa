using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.Loader;
using Kafka.Modular.Spi.Plugins;
using McMaster.NETCore.Plugins;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Plugins;

/// <summary>
/// Loads a plugin's assembly into a context of its own, which shares the contracts and what they are made of with the host and nothing
/// else. Only the context of what can be replaced while the server runs is collectible: storage and compression load once, and collectible code is neither
/// precompiled nor tiered.
/// </summary>
internal static class PluginAssembly
{
    /// <exception cref="PluginException">The assembly is missing, cannot be loaded, or has not exactly one entry point.</exception>
    public static LoadedPlugin Load(PluginManifest manifest, string folder)
    {
        var path = Path.Combine(folder, manifest.Assembly);
        if (!File.Exists(path))
            throw new PluginException($"{manifest.Origin}: {manifest.Assembly} is not there");
        PluginLoader? loader = null;
        try
        {
            loader = PluginLoader.CreateFromAssemblyFile(path, config => Configure(config, manifest.IsReplaceable));
            var entryPoints = loader.LoadDefaultAssembly().GetExportedTypes().Where(IsEntryPoint).ToList();
            var plugin = entryPoints.Count == 1
                ? (IPlugin)Activator.CreateInstance(entryPoints[0])!
                : throw new PluginException($"{manifest.Origin}: {manifest.Assembly} must have one public class that implements IPlugin, and has {entryPoints.Count}");
            var loaded = new LoadedPlugin(plugin, manifest.IsReplaceable ? loader : null);
            loader = null;
            return loaded;
        }
        catch (Exception error) when (error is BadImageFormatException or IOException or TypeLoadException or TargetInvocationException
            or ReflectionTypeLoadException or MissingMethodException)
        {
            var cause = error is TargetInvocationException { InnerException: { } inner } ? inner : error;
            throw new PluginException($"{manifest.Origin}: {manifest.Assembly} cannot be loaded: {cause.Message.ReplaceLineEndings(" ")}", error);
        }
        finally
        {
            if (manifest.IsReplaceable)
                loader?.Dispose();
        }
    }

    private static void Configure(PluginConfig config, bool isCollectible)
    {
        config.IsUnloadable = isCollectible;
        config.PreferSharedTypes = false;

        // Lazily, so that what the shared assemblies themselves refer to is not shared along with them.
        config.IsLazyLoaded = true;
        config.DefaultContext = AssemblyLoadContext.GetLoadContext(typeof(PluginAssembly).Assembly) ?? AssemblyLoadContext.Default;
        config.SharedAssemblies.Add(typeof(IPlugin).Assembly.GetName());
        config.SharedAssemblies.Add(typeof(ILogger).Assembly.GetName());
        config.SharedAssemblies.Add(typeof(IMeterFactory).Assembly.GetName());
    }

    private static bool IsEntryPoint(Type type) => type is { IsClass: true, IsAbstract: false } && typeof(IPlugin).IsAssignableFrom(type);
}
