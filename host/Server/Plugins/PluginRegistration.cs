using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>A plugin that is part of the process already, for the embedded broker.</summary>
/// <param name="Manifest">What it says of itself.</param>
/// <param name="Create">Makes its entry point.</param>
public sealed record PluginRegistration(PluginManifest Manifest, Func<IPlugin> Create)
{
    /// <summary>Registers a plugin by its entry point; the manifest is the one inside its assembly.</summary>
    /// <typeparam name="T">The entry point.</typeparam>
    public static PluginRegistration Of<T>()
        where T : IPlugin, new()
        => new(PluginManifest.Of(typeof(T).Assembly), static () => new T());
}
