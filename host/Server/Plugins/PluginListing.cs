namespace Kafka.Modular.Server.Plugins;

/// <summary>What a source has.</summary>
/// <param name="Candidates">Plugins, the preferred first.</param>
/// <param name="Problems">One line for each that could not be read.</param>
internal sealed record PluginListing(IReadOnlyList<PluginCandidate> Candidates, IReadOnlyList<string> Problems);
