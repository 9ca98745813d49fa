using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Storage;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Cluster;

/// <summary><c>kafka-features</c> (KIP-584, KIP-778, KIP-1022).</summary>
internal static class FeaturesTool
{
    private const sbyte Upgrade = 1;
    private const sbyte SafeDowngrade = 2;
    private const sbyte UnsafeDowngrade = 3;

    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        if (options.Action.Length == 0)
            throw new UsageException("too few arguments");
        AdminSession.RequireBootstrap(options);
        switch (options.Action)
        {
            case "version-mapping":
                FeatureText.WriteMapping(options.Last("release-version"), options.IsJson, call.Out);
                return ExitCodes.Done;
            case "feature-dependencies":
                options.Require("feature");
                FeatureText.WriteDependencies(options.Values("feature"), call.Out);
                return ExitCodes.Done;
        }

        await using var session = AdminSession.Open(call);
        if (options.Action == "describe")
            return await DescribeAsync(call, session);
        var type = options.Action == "upgrade" ? Upgrade : options.Has("unsafe") ? UnsafeDowngrade : SafeDowngrade;
        var updates = options.Action == "disable"
            ? new SortedDictionary<string, short>(options.Values("feature").ToDictionary(static name => name, static _ => (short)0), StringComparer.Ordinal)
            : ReadUpdates(call, type);
        return await UpdateAsync(call, session, updates, type);
    }

    private static async Task<int> DescribeAsync(ToolCall call, AdminSession session)
    {
        if (call.Options.Int32("node-id") is < 0 and var wrong)
            throw new ToolException($"Invalid node id {wrong}: must be non-negative.");
        var target = call.Options.Int32("node-id") is { } node ? RequestTarget.Node(node) : RequestTarget.AnyNode;
        if (call.Options.Has("node-id"))
            await session.LoadMetadataAsync([]);
        var response = await ApiVersionsTool.ReadAsync(session, target);
        var table = new OutputTable("feature", "supported-min-version", "supported-max-version", "finalized-version-level", "epoch");
        foreach (var feature in response.SupportedFeatures.OrderBy(static feature => feature.Name, StringComparer.Ordinal))
        {
            var level = response.FinalizedFeatures.FirstOrDefault(each => each.Name == feature.Name)?.MaxVersionLevel ?? 0;
            table.Add(
                feature.Name,
                FeatureText.Level(feature.Name, feature.MinVersion),
                FeatureText.Level(feature.Name, feature.MaxVersion),
                FeatureText.Level(feature.Name, level),
                response.FinalizedFeaturesEpoch < 0 ? null : response.FinalizedFeaturesEpoch);
        }

        if (call.Options.IsJson)
        {
            table.WriteJson(call.Out);
            return ExitCodes.Done;
        }

        foreach (var row in table.Rows)
        {
            var cells = row.Select(OutputTable.Text).ToArray();
            call.Out.WriteLine($"Feature: {cells[0]}\tSupportedMinVersion: {cells[1]}\tSupportedMaxVersion: {cells[2]}\tFinalizedVersionLevel: {cells[3]}\tEpoch: {cells[4]}");
        }

        return ExitCodes.Done;
    }

    private static SortedDictionary<string, short> ReadUpdates(ToolCall call, sbyte type)
    {
        var options = call.Options;
        var updates = new SortedDictionary<string, short>(StringComparer.Ordinal);
        if (options.Last("release-version") is { } release)
        {
            if (options.Count("metadata", "feature") > 0)
                throw new ToolException("Can not specify `release-version` with other feature flags.");
            var version = FeatureText.ParseVersion(release);
            updates[MetadataVersion.FeatureName] = version.Level;

            // An upgrade to level 0 would be none.
            foreach (var feature in KafkaFeature.All.Where(feature => type != Upgrade || feature.DefaultLevel(version) > 0))
                updates[feature.Name] = feature.DefaultLevel(version);
            return updates;
        }

        if (options.Last("metadata") is { } metadata)
        {
            call.Out.WriteLine(" `metadata` flag is deprecated and may be removed in a future release.");
            updates[MetadataVersion.FeatureName] = FeatureText.ParseVersion(metadata).Level;
        }

        foreach (var text in options.Values("feature"))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new ToolException($"Can't parse feature=level string {text}: equals sign not found.");
            if (!short.TryParse(text.AsSpan(equals + 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var level))
                throw new ToolException($"Can't parse feature=level string {text}: unable to parse {text[(equals + 1)..].Trim()} as a short.");
            if (!updates.TryAdd(text[..equals].Trim(), level))
                throw new ToolException($"Feature {text[..equals].Trim()} was specified more than once.");
        }

        return updates;
    }

    private static async Task<int> UpdateAsync(ToolCall call, AdminSession session, SortedDictionary<string, short> updates, sbyte type)
    {
        var action = call.Options.Action;
        if (updates.Count == 0)
            throw new ToolException($"You must specify at least one feature to {action}");
        var isDry = call.Options.Has("dry-run");
        var request = new UpdateFeaturesRequest
        {
            FeatureUpdates = [.. updates.Select(pair => new UpdateFeaturesRequest.FeatureUpdateKey { Feature = pair.Key, MaxVersionLevel = pair.Value, UpgradeType = type })],
            ValidateOnly = isDry,
        };
        var response = await session.SendAsync(RequestTarget.Controller, request, static response => response.ErrorCode is ErrorCode.NotController ? response.ErrorCode : ErrorCode.None);
        var failures = 0;
        foreach (var (feature, level) in updates)
        {
            var result = response.Results.FirstOrDefault(each => each.Feature == feature);
            var code = response.ErrorCode != ErrorCode.None ? response.ErrorCode : result?.ErrorCode ?? ErrorCode.None;
            var message = response.ErrorMessage is { Length: > 0 } all ? all : result?.ErrorMessage ?? code.Info().Message;
            if (code == ErrorCode.None)
            {
                var verb = isDry ? "can be" : "was";
                call.Out.WriteLine(action == "disable" ? $"{feature} {verb} disabled." : $"{feature} {verb} {action}d to {level}.");
                continue;
            }

            failures++;
            call.Out.WriteLine($"{(isDry ? "Can not" : "Could not")} {action} {feature}{(action == "disable" ? "" : $" to {level}")}. {message}");
        }

        if (failures > 0)
            throw new ToolException($"{failures} out of {updates.Count} operation(s) failed.");
        return ExitCodes.Done;
    }
}
