using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>A place that plugins come from.</summary>
internal interface IPluginSource
{
    /// <summary>Where it looks, for messages.</summary>
    string Description { get; }

    /// <summary>The plugins there, and what could not be read.</summary>
    PluginListing List();

    /// <summary>Makes a plugin's entry point.</summary>
    /// <exception cref="PluginException">It cannot be loaded.</exception>
    LoadedPlugin Load(PluginCandidate candidate);
}
