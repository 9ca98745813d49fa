using System.Globalization;
using Kafka.Modular.Metadata.Features;

namespace Kafka.Modular.Metadata.Tests;

public sealed class MetadataVersionTests
{
    [Test]
    public void Every_version_is_as_Kafka_has_it()
    {
        if (ReferenceData.Csv("metadata-versions.csv") is not { } rows)
            return;
        Assert.That(MetadataVersion.All.Select(version => version.Name), Is.EqualTo(rows.Select(row => row["name"])));
        foreach (var row in rows)
        {
            var version = MetadataVersion.FromLevel(short.Parse(row["level"], CultureInfo.InvariantCulture));
            Assert.Multiple(() =>
            {
                Assert.That(version.Name, Is.EqualTo(row["name"]));
                Assert.That(version.Release, Is.EqualTo(row["release"]));
                AssertFlag(row, "production", version.IsProduction);
                AssertFlag(row, "didMetadataChange", version.DidMetadataChange);
                AssertFlag(row, "isControllerRegistrationSupported", version.IsControllerRegistrationSupported);
                AssertFlag(row, "isDelegationTokenSupported", version.IsDelegationTokenSupported);
                AssertFlag(row, "isDirectoryAssignmentSupported", version.IsDirectoryAssignmentSupported);
                AssertFlag(row, "isElrSupported", version.IsElrSupported);
                AssertFlag(row, "isLeaderEpochBumpRequiredOnIsrShrink", version.IsLeaderEpochBumpRequiredOnIsrShrink);
                AssertFlag(row, "isMetadataTransactionSupported", version.IsMetadataTransactionSupported);
                AssertFlag(row, "isMigrationSupported", version.IsMigrationSupported);
                AssertFlag(row, "isScramSupported", version.IsScramSupported);
                AssertNumber(row, "fetchRequestVersion", version.FetchRequestVersion);
                AssertNumber(row, "listOffsetRequestVersion", version.ListOffsetsRequestVersion);
                AssertNumber(row, "partitionRecordVersion", version.PartitionRecordVersion);
                AssertNumber(row, "partitionChangeRecordVersion", version.PartitionChangeRecordVersion);
                AssertNumber(row, "registerBrokerRecordVersion", version.RegisterBrokerRecordVersion);
                AssertNumber(row, "registerControllerRecordVersion", version.RegisterControllerRecordVersion);
            });
        }
    }

    [Test]
    public void Every_feature_is_as_Kafka_has_it()
    {
        if (ReferenceData.Csv("features.csv") is not { } rows)
            return;
        var levels = rows.Where(row => row["feature"] != MetadataVersion.FeatureName).ToArray();
        var expected = levels.Select(row =>
            $"{row["feature"]} {row["level"]} {row["bootstrapMetadataLevel"]} {row["dependencies"].Replace("{metadata.version=", "").Trim('{', '}')}");
        var actual = KafkaFeature.All.SelectMany(feature => feature.Levels.Select(level =>
            $"{feature.Name} {level.Level} {level.BootstrapMetadataVersion.Level} {level.RequiredMetadataVersion?.Level}"));
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void A_release_means_its_newest_production_level()
    {
        Assert.Multiple(() =>
        {
            Assert.That(MetadataVersion.TryParse("4.0", out var release) ? release.Name : null, Is.EqualTo("4.0-IV3"));
            Assert.That(MetadataVersion.TryParse("4.0-IV1", out var level) ? level.Level : 0, Is.EqualTo(23));
            Assert.That(MetadataVersion.TryParse("4.3", out _), Is.False, "4.3 is still in the making");
            Assert.That(MetadataVersion.TryParse("3.0", out _), Is.False);
        });
    }

    [Test]
    public void Going_back_over_a_change_of_records_may_lose_something()
    {
        var from = MetadataVersion.FromLevel(24);
        Assert.Multiple(() =>
        {
            Assert.That(from.MayLoseMetadataOnChangeTo(MetadataVersion.FromLevel(23)), Is.False);
            Assert.That(from.MayLoseMetadataOnChangeTo(MetadataVersion.FromLevel(22)), Is.True);
            Assert.That(from.MayLoseMetadataOnChangeTo(MetadataVersion.Latest), Is.False);
        });
    }

    [Test]
    public void A_new_cluster_gets_the_levels_its_metadata_version_allows()
    {
        Assert.Multiple(() =>
        {
            Assert.That(KafkaFeature.TransactionVersion.DefaultLevel(MetadataVersion.LatestProduction), Is.EqualTo(2));
            Assert.That(KafkaFeature.TransactionVersion.DefaultLevel(MetadataVersion.FromLevel(23)), Is.EqualTo(0));
            Assert.That(KafkaFeature.StreamsVersion.DefaultLevel(MetadataVersion.FromLevel(28)), Is.EqualTo(0));
        });
    }

    private static void AssertFlag(IReadOnlyDictionary<string, string> row, string column, bool actual) =>
        Assert.That(actual, Is.EqualTo(bool.Parse(row[column])), $"{row["name"]} {column}");

    private static void AssertNumber(IReadOnlyDictionary<string, string> row, string column, short? actual) =>
        Assert.That(actual?.ToString(CultureInfo.InvariantCulture) ?? "", Is.EqualTo(row[column]), $"{row["name"]} {column}");
}
