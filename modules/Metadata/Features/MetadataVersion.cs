using System.Diagnostics.CodeAnalysis;

namespace Kafka.Modular.Metadata.Features;

/// <summary>
/// A level of the feature <c>metadata.version</c> (KIP-778): which metadata records a cluster may hold, in which versions. Immutable, any thread.
/// </summary>
public sealed class MetadataVersion
{
    /// <summary>The name of the feature in records, requests and tools.</summary>
    public const string FeatureName = "metadata.version";

    private MetadataVersion(short level, string name, string release, bool didMetadataChange)
    {
        Level = level;
        Name = name;
        Release = release;
        DidMetadataChange = didMetadataChange;
    }

    /// <summary>Every level that this server can read, oldest first. Kafka 4 begins at 3.3-IV3.</summary>
    public static IReadOnlyList<MetadataVersion> All { get; } =
    [
        new(7, "3.3-IV3", "3.3", true),
        new(8, "3.4-IV0", "3.4", true),
        new(9, "3.5-IV0", "3.5", false),
        new(10, "3.5-IV1", "3.5", false),
        new(11, "3.5-IV2", "3.5", true),
        new(12, "3.6-IV0", "3.6", false),
        new(13, "3.6-IV1", "3.6", true),
        new(14, "3.6-IV2", "3.6", true),
        new(15, "3.7-IV0", "3.7", true),
        new(16, "3.7-IV1", "3.7", false),
        new(17, "3.7-IV2", "3.7", true),
        new(18, "3.7-IV3", "3.7", false),
        new(19, "3.7-IV4", "3.7", false),
        new(20, "3.8-IV0", "3.8", false),
        new(21, "3.9-IV0", "3.9", false),
        new(22, "4.0-IV0", "4.0", false),
        new(23, "4.0-IV1", "4.0", true),
        new(24, "4.0-IV2", "4.0", false),
        new(25, "4.0-IV3", "4.0", false),
        new(26, "4.1-IV0", "4.1", false),
        new(27, "4.1-IV1", "4.1", false),
        new(28, "4.2-IV0", "4.2", false),
        new(29, "4.2-IV1", "4.2", false),
        new(30, "4.3-IV0", "4.3", false),
    ];

    /// <summary>The oldest level.</summary>
    public static MetadataVersion Minimum => All[0];

    /// <summary>The newest level that a new cluster is formatted with.</summary>
    public static MetadataVersion LatestProduction { get; } = FromLevel(29);

    /// <summary>The newest level, which may still be in the making.</summary>
    public static MetadataVersion Latest => All[^1];

    /// <summary>The number in FeatureLevelRecord.</summary>
    public short Level { get; }

    /// <summary>The name, such as <c>4.0-IV1</c>.</summary>
    public string Name { get; }

    /// <summary>The Kafka release it came with, such as <c>4.0</c>.</summary>
    public string Release { get; }

    /// <summary>Whether records changed against the level before, so that going back may lose something.</summary>
    public bool DidMetadataChange { get; }

    /// <summary>False while the level is still in the making.</summary>
    public bool IsProduction => Level <= LatestProduction.Level;

    /// <summary>Version of RegisterBrokerRecord to write.</summary>
    public short RegisterBrokerRecordVersion => Level >= 17 ? (short)3 : Level >= 8 ? (short)2 : (short)1;

    /// <summary>Version of RegisterControllerRecord to write, null where controllers do not register.</summary>
    public short? RegisterControllerRecordVersion => IsControllerRegistrationSupported ? 0 : null;

    /// <summary>Version of PartitionRecord to write.</summary>
    public short PartitionRecordVersion => PartitionChangeRecordVersion;

    /// <summary>Version of PartitionChangeRecord to write.</summary>
    public short PartitionChangeRecordVersion => IsElrSupported ? (short)2 : IsDirectoryAssignmentSupported ? (short)1 : (short)0;

    /// <summary>Version of Fetch that followers send.</summary>
    public short FetchRequestVersion => Level switch
    {
        >= 27 => 18,
        >= 21 => 17,
        >= 19 => 16,
        >= 10 => 15,
        >= 9 => 14,
        _ => 13,
    };

    /// <summary>Version of ListOffsets that followers send.</summary>
    public short ListOffsetsRequestVersion => Level switch
    {
        >= 29 => 11,
        >= 25 => 10,
        >= 21 => 9,
        >= 9 => 8,
        _ => 7,
    };

    /// <summary>Whether the migration from ZooKeeper leaves its state in the log (KIP-866).</summary>
    public bool IsMigrationSupported => Level >= 8;

    /// <summary>Whether SCRAM credentials are records (KIP-900).</summary>
    public bool IsScramSupported => Level >= 11;

    /// <summary>Whether the leader epoch rises whenever the ISR shrinks; later levels spare it (KAFKA-15021).</summary>
    public bool IsLeaderEpochBumpRequiredOnIsrShrink => Level < 12;

    /// <summary>Whether records may be bound into transactions (KIP-868).</summary>
    public bool IsMetadataTransactionSupported => Level >= 13;

    /// <summary>Whether delegation tokens are records.</summary>
    public bool IsDelegationTokenSupported => Level >= 14;

    /// <summary>Whether controllers register (KIP-919).</summary>
    public bool IsControllerRegistrationSupported => Level >= 15;

    /// <summary>Whether replicas are assigned to log directories (KIP-858).</summary>
    public bool IsDirectoryAssignmentSupported => Level >= 17;

    /// <summary>Whether partitions have eligible leader replicas (KIP-966).</summary>
    public bool IsElrSupported => Level >= 23;

    /// <summary>The version with this level.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The level is unknown.</exception>
    public static MetadataVersion FromLevel(short level) =>
        TryFromLevel(level, out var version)
            ? version
            : throw new ArgumentOutOfRangeException(
                nameof(level), level, $"No metadata.version with this level; {Minimum.Level} to {Latest.Level} are known.");

    /// <summary>Finds the version with this level.</summary>
    public static bool TryFromLevel(short level, [NotNullWhen(true)] out MetadataVersion? version)
    {
        var index = level - Minimum.Level;
        version = index >= 0 && index < All.Count ? All[index] : null;
        return version is not null;
    }

    /// <summary>Finds a version by its name (<c>4.0-IV1</c>), or by its release (<c>4.0</c>), which means the newest production level of that release.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MetadataVersion? version)
    {
        version = All.FirstOrDefault(candidate => candidate.Name == text)
            ?? All.LastOrDefault(candidate => candidate.Release == text && candidate.IsProduction);
        return version is not null;
    }

    /// <summary>Whether records that this level can hold and <paramref name="target"/> cannot may be lost by going there.</summary>
    public bool MayLoseMetadataOnChangeTo(MetadataVersion target)
    {
        for (var level = target.Level + 1; level <= Level; level++)
        {
            if (FromLevel((short)level).DidMetadataChange)
                return true;
        }

        return false;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Whether the left one is older.</summary>
    public static bool operator <(MetadataVersion left, MetadataVersion right) => left.Level < right.Level;

    /// <summary>Whether the left one is newer.</summary>
    public static bool operator >(MetadataVersion left, MetadataVersion right) => left.Level > right.Level;

    /// <summary>Whether the left one is not newer.</summary>
    public static bool operator <=(MetadataVersion left, MetadataVersion right) => left.Level <= right.Level;

    /// <summary>Whether the left one is not older.</summary>
    public static bool operator >=(MetadataVersion left, MetadataVersion right) => left.Level >= right.Level;
}
