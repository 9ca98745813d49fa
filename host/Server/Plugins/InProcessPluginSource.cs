using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Plugins that are part of the process.</summary>
internal sealed class InProcessPluginSource(IReadOnlyList<PluginRegistration> registrations) : IPluginSource
{
    public string Description => "this process";

    public PluginListing List()
        => new([.. registrations.Select(each => new PluginCandidate(each.Manifest, each.Manifest.Origin, this))], []);

    public LoadedPlugin Load(PluginCandidate candidate)
        => new(registrations.First(each => each.Manifest == candidate.Manifest).Create(), code: null);
}
