namespace Kafka.Modular.Server.Plugins;

/// <summary>A plugin that could be loaded.</summary>
/// <param name="Manifest">What it says of itself.</param>
/// <param name="Location">Its folder, or the assembly it is registered from.</param>
/// <param name="Source">Where it comes from.</param>
internal sealed record PluginCandidate(PluginManifest Manifest, string Location, IPluginSource Source);
