using System.Globalization;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Metadata.Features;

namespace Kafka.Modular.Cli.Storage;

/// <summary>What the features of Kafka are and need, as <c>kafka-storage</c> and <c>kafka-features</c> print it (KIP-1022).</summary>
internal static class FeatureText
{
    /// <summary>Writes the features that go with a release.</summary>
    /// <param name="release">Its name; null for the newest.</param>
    /// <param name="asJson">Whether it is to be JSON.</param>
    /// <param name="writer">Takes the text.</param>
    /// <exception cref="ToolException">There is no such release.</exception>
    public static void WriteMapping(string? release, bool asJson, TextWriter writer)
    {
        var name = release ?? MetadataVersion.LatestProduction.Name;
        var version = ParseVersion(name);
        if (asJson)
        {
            var table = new OutputTable("feature", "level");
            table.Add(MetadataVersion.FeatureName, version.Level);
            foreach (var feature in KafkaFeature.All)
                table.Add(feature.Name, feature.DefaultLevel(version));
            table.WriteJson(writer);
            return;
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{MetadataVersion.FeatureName}={version.Level} ({name})"));
        foreach (var feature in KafkaFeature.All)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{feature.Name}={feature.DefaultLevel(version)}"));
    }

    /// <summary>Writes what each of some feature levels needs.</summary>
    /// <param name="features">Each <c>name=level</c>.</param>
    /// <param name="writer">Takes the text.</param>
    /// <exception cref="ToolException">One of them is not known.</exception>
    public static void WriteDependencies(IEnumerable<string> features, TextWriter writer)
    {
        foreach (var text in features)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new ToolException($"Invalid feature format: {text}. Expected format: 'feature=version' (e.g. 'group.version=1')");
            var name = text[..equals].Trim();
            var levelText = text[(equals + 1)..].Trim();
            if (!short.TryParse(levelText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var level))
                throw new ToolException($"Invalid version format: {levelText} for feature {name}");
            WriteDependency(name, level, writer);
        }
    }

    /// <summary>The metadata version of a release's name.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public static MetadataVersion ParseVersion(string name) => MetadataVersion.TryParse(name, out var version)
        ? version
        : throw new ToolException(
            $"Unknown metadata.version '{name}'. Supported metadata.version are: {string.Join(", ", MetadataVersion.All.Select(static each => each.Name))}");

    /// <summary>A level as it is shown: the release of a metadata version, else the number.</summary>
    public static string Level(string feature, short level)
    {
        if (feature != MetadataVersion.FeatureName)
            return level.ToString(CultureInfo.InvariantCulture);
        return MetadataVersion.TryFromLevel(level, out var version) ? version.Name : string.Create(CultureInfo.InvariantCulture, $"UNKNOWN {level}");
    }

    private static void WriteDependency(string name, short level, TextWriter writer)
    {
        if (name == MetadataVersion.FeatureName)
        {
            if (!MetadataVersion.TryFromLevel(level, out var version))
                throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"Unknown metadata.version {level}"));
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}={level} ({version.Name}) has no dependencies."));
            return;
        }

        if (!KafkaFeature.TryFind(name, out var feature))
            throw new ToolException($"Unknown feature: {name}");
        if (level < 0 || level > feature.LatestLevel)
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"Feature level {level} is not supported for feature {name}"));
        if (feature.Levels[level].RequiredMetadataVersion is not { } required)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}={level} has no dependencies."));
            return;
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}={level} requires:"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {MetadataVersion.FeatureName}={required.Level} ({required.Name})"));
    }
}
