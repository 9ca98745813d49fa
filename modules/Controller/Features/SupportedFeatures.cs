using Kafka.Modular.Metadata.Features;

namespace Kafka.Modular.Controller.Features;

/// <summary>What this controller supports.</summary>
/// <param name="NodeId">This node.</param>
/// <param name="Ranges">The levels of each feature.</param>
public sealed record SupportedFeatures(int NodeId, IReadOnlyDictionary<string, FeatureRange> Ranges);
