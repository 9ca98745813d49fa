using Kafka.Modular.Metadata.Records;

namespace Kafka.Modular.Controller.Features;

/// <summary>What becomes of UpdateFeatures.</summary>
/// <param name="Refusal">Why nothing is changed.</param>
/// <param name="Records">The records that change the levels.</param>
/// <param name="KRaftVersion">The level of <c>kraft.version</c> that the quorum has to be asked for, or null.</param>
internal sealed record FeatureDecision(ControllerRefusal Refusal, IReadOnlyList<MetadataRecord> Records, short? KRaftVersion)
{
    public static FeatureDecision Refused(ControllerRefusal refusal) => new(refusal, [], null);
}
