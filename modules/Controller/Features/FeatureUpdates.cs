using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Features;

/// <summary>
/// Decides UpdateFeatures (KIP-584, KIP-778, KIP-1022): every update is taken, or none. <c>kraft.version</c> is the quorum's own: what is checked here is
/// whether the nodes support it. Pure. The controller's loop.
/// </summary>
internal sealed class FeatureUpdates(SupportedFeatures local)
{
    private const sbyte Upgrade = 1;
    private const sbyte SafeDowngrade = 2;
    private const sbyte UnsafeDowngrade = 3;

    private static readonly FeatureRange s_disabled = new(0, 0);

    /// <summary>Checks the updates and makes their records.</summary>
    /// <param name="state">What is decided from.</param>
    /// <param name="request">The updates; of those of one feature the last counts.</param>
    /// <param name="kraftVersion">The finalized level of <c>kraft.version</c>.</param>
    /// <param name="voters">The ids of the voters.</param>
    public FeatureDecision Decide(ControllerState state, UpdateFeaturesRequest request, short kraftVersion, IReadOnlyCollection<int> voters)
    {
        var updates = new Dictionary<string, UpdateFeaturesRequest.FeatureUpdateKey>(StringComparer.Ordinal);
        foreach (var update in request.FeatureUpdates)
        {
            updates[update.Feature] = update;
        }

        var records = new List<MetadataRecord>();
        short? wantedKRaftVersion = null;
        foreach (var update in updates.Values)
        {
            var current = update.Feature == KafkaFeature.KRaftVersion.Name ? kraftVersion : state.Image.Features.FinalizedLevel(update.Feature);
            var problem = Check(state.Image, update, current, voters);
            if (problem is not null)
            {
                return FeatureDecision.Refused(Invalid(update, problem));
            }

            if (update.Feature == MetadataVersion.FeatureName)
            {
                if (CheckMetadataVersion(state.Version, update) is { IsRefused: true } refusal)
                {
                    return FeatureDecision.Refused(refusal);
                }

                records.Add(Record(update));
            }
            else if (update.Feature == KafkaFeature.KRaftVersion.Name)
            {
                if (update.UpgradeType == Upgrade)
                {
                    wantedKRaftVersion = update.MaxVersionLevel;

                    // There is an offset to wait for then, behind the quorum's own records.
                    records.Add(new MetadataRecord(new NoOpRecord(), 0));
                }
                else if (update.MaxVersionLevel != current)
                {
                    return FeatureDecision.Refused(Invalid(update, "Can't downgrade the version of this feature."));
                }
            }
            else if (CheckDependencies(state, update, updates) is { } missing)
            {
                return FeatureDecision.Refused(Invalid(update, missing));
            }
            else
            {
                records.Add(Record(update));
            }
        }

        return new FeatureDecision(ControllerRefusal.None, records, wantedKRaftVersion);
    }

    private static MetadataRecord Record(UpdateFeaturesRequest.FeatureUpdateKey update)
        => new(new FeatureLevelRecord { Name = update.Feature, FeatureLevel = update.MaxVersionLevel }, 0);

    private static ControllerRefusal Invalid(UpdateFeaturesRequest.FeatureUpdateKey update, string problem)
        => new(ErrorCode.InvalidUpdateVersion, $"Invalid update version {update.MaxVersionLevel} for feature {update.Feature}. {problem}");

    private string? Check(MetadataImage image, UpdateFeaturesRequest.FeatureUpdateKey update, short current, IReadOnlyCollection<int> voters)
    {
        if (update.UpgradeType is not (Upgrade or SafeDowngrade or UnsafeDowngrade))
        {
            return "The controller does not support the given upgrade type.";
        }

        if (update.MaxVersionLevel < 0)
        {
            return "A feature version cannot be less than 0.";
        }

        if (ReasonNotSupported(image, update.Feature, update.MaxVersionLevel, voters) is { } reason)
        {
            return reason;
        }

        return update.MaxVersionLevel < current && update.UpgradeType == Upgrade
            ? "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade."
            : update.MaxVersionLevel > current && update.UpgradeType != Upgrade ? "Can't downgrade to a newer version." : null;
    }

    /// <summary>Every broker and every controller must support a level before it is finalized.</summary>
    private string? ReasonNotSupported(MetadataImage image, string feature, short level, IReadOnlyCollection<int> voters)
    {
        if (ReasonNotSupported(level, $"Local controller {local.NodeId}", local.Ranges.GetValueOrDefault(feature, s_disabled)) is { } here)
        {
            return here;
        }

        foreach (var broker in image.Cluster.Brokers.Values)
        {
            if (ReasonNotSupported(level, $"Broker {broker.Id}", RangeOf(broker.SupportedFeatures, feature)) is { } reason)
            {
                return reason;
            }
        }

        foreach (var controller in image.Cluster.Controllers.Values)
        {
            if (controller.Id != local.NodeId
                && ReasonNotSupported(level, $"Controller {controller.Id}", RangeOf(controller.SupportedFeatures, feature)) is { } reason)
            {
                return reason;
            }
        }

        foreach (var id in voters)
        {
            if (id != local.NodeId && !image.Cluster.Controllers.ContainsKey(id))
            {
                return $"controller {id} has not registered, and may not support this feature";
            }
        }

        return null;
    }

    private static FeatureRange RangeOf(IEnumerable<KeyValuePair<string, FeatureRange>> supported, string feature)
        => supported.FirstOrDefault(each => string.Equals(each.Key, feature, StringComparison.Ordinal), KeyValuePair.Create(feature, s_disabled)).Value;

    private static string? ReasonNotSupported(short level, string node, FeatureRange range)
        => range.Contains(level) ? null
            : range.Max == 0 ? $"{node} does not support this feature."
            : $"{node} only supports versions {(range.Min == range.Max ? $"{range.Min}" : range.ToString())}";

    private static ControllerRefusal CheckMetadataVersion(MetadataVersion current, UpdateFeaturesRequest.FeatureUpdateKey update)
    {
        if (!MetadataVersion.TryFromLevel(update.MaxVersionLevel, out var target))
        {
            return new ControllerRefusal(
                ErrorCode.InvalidUpdateVersion,
                $"Invalid metadata.version {update.MaxVersionLevel}. Valid versions are from {MetadataVersion.Minimum.Level} to {MetadataVersion.Latest.Level}.");
        }

        if (target >= current || !current.MayLoseMetadataOnChangeTo(target))
        {
            return ControllerRefusal.None;
        }

        var reason = update.UpgradeType == UnsafeDowngrade
            ? "Unsafe metadata downgrade is not supported in this version."
            : "Refusing to perform the requested downgrade because it might delete metadata information.";
        return new ControllerRefusal(
            ErrorCode.InvalidUpdateVersion, $"Unsupported metadata.version downgrade from {current.Level} to {target.Level}. {reason}");
    }

    /// <summary>A level may need a level of <c>metadata.version</c>, as it will be after the updates.</summary>
    private static string? CheckDependencies(
        ControllerState state, UpdateFeaturesRequest.FeatureUpdateKey update, Dictionary<string, UpdateFeaturesRequest.FeatureUpdateKey> updates)
    {
        if (!KafkaFeature.TryFind(update.Feature, out var feature) || feature.Levels.FirstOrDefault(level => level.Level == update.MaxVersionLevel) is not { } wanted)
        {
            return $"Feature {update.Feature} has no version {update.MaxVersionLevel}";
        }

        var metadataVersion = updates.TryGetValue(MetadataVersion.FeatureName, out var own) ? own.MaxVersionLevel : state.Version.Level;
        return wanted.RequiredMetadataVersion is { } required && metadataVersion < required.Level
            ? $"{update.Feature} could not be set to {update.MaxVersionLevel} because it depends on {MetadataVersion.FeatureName} level {required.Level}"
            : null;
    }
}
