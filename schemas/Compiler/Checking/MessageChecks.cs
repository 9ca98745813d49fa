using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Checking;

/// <summary>Rules about a message's properties, history and blocks.</summary>
internal static class MessageChecks
{
    /// <summary>Checks a message but for its fields; false when its versions cannot be known.</summary>
    public static bool Check(MessageNode node, Diagnostics diagnostics, out VersionRange versions, out VersionRange flexible)
    {
        flexible = VersionRange.None;
        versions = VersionRange.None;
        CheckBlocks(node, diagnostics);
        foreach (PropertyNode property in node.Properties.Values.Where(property => !Allowed(node.Kind, property.Name)))
        {
            diagnostics.Report(property.Position, $"'{property.Name}' has no meaning for {Keyword(node.Kind)}");
        }

        if (Required(node, "versions", diagnostics) is not { Range: { } valid } versionsNode
            || Required(node, "flexible", diagnostics) is not { Range: { } compact } flexibleNode)
        {
            return false;
        }

        if (valid.High == VersionRange.Top)
        {
            diagnostics.Report(versionsNode.Position, "'versions' needs an upper end");
            return false;
        }

        if (!compact.IsEmpty && compact.High != VersionRange.Top)
        {
            diagnostics.Report(flexibleNode.Position, "'flexible' is 'none' or has no upper end");
        }

        versions = valid;
        flexible = compact.Intersect(valid);
        if (node.Kind == MessageKind.Coordinator)
        {
            Required(node, "log", diagnostics);
        }

        if (node.Key is < 0 or > short.MaxValue)
        {
            diagnostics.Report(node.Position, $"{node.Key} is not a number between 0 and {short.MaxValue}");
        }

        CheckWords(node, "serves", ["broker", "controller"], diagnostics);
        CheckWords(node, "view", ["request", "response"], diagnostics);
        CheckWords(node, "log", ["group", "transaction", "share"], diagnostics);
        CheckVersions(node, valid, diagnostics);
        return true;
    }

    /// <summary>The keyword that declares a kind.</summary>
    public static string Keyword(MessageKind kind) => kind == MessageKind.RemoteLogMetadata ? "remote-log-metadata" : kind.ToString().ToLowerInvariant();

    private static bool Allowed(MessageKind kind, string property) => property switch
    {
        "versions" or "flexible" => true,
        "log" => kind == MessageKind.Coordinator,
        _ => kind == MessageKind.Api,
    };

    private static PropertyNode? Required(MessageNode node, string name, Diagnostics diagnostics)
    {
        if (!node.Properties.TryGetValue(name, out PropertyNode? property))
        {
            diagnostics.Report(node.Position, $"{node.Name} lacks '{name}'");
        }

        return property;
    }

    private static void CheckBlocks(MessageNode node, Diagnostics diagnostics)
    {
        string[] wanted = node.Kind switch
        {
            MessageKind.Api => ["request", "response"],
            MessageKind.Coordinator => ["key", "value"],
            _ => ["fields"],
        };
        foreach (string name in wanted)
        {
            if (node.Blocks.Count(block => block.Name == name) != 1)
            {
                diagnostics.Report(node.Position, $"{node.Name} needs one block '{name}'");
            }
        }

        foreach (BlockNode block in node.Blocks.Where(block => !wanted.Contains(block.Name)))
        {
            diagnostics.Report(block.Position, $"{Keyword(node.Kind)} has no block '{block.Name}'");
        }
    }

    private static void CheckWords(MessageNode node, string name, string[] known, Diagnostics diagnostics)
    {
        if (!node.Properties.TryGetValue(name, out PropertyNode? property))
        {
            return;
        }

        foreach (string word in property.Words.Where(word => !known.Contains(word)))
        {
            diagnostics.Report(property.Position, $"'{word}' is none of {string.Join(", ", known)}");
        }

        if (property.Words.Distinct(StringComparer.Ordinal).Count() != property.Words.Count)
        {
            diagnostics.Report(property.Position, $"'{name}' names something twice");
        }
    }

    private static void CheckVersions(MessageNode node, VersionRange valid, Diagnostics diagnostics)
    {
        if (node.Properties.TryGetValue("advertise", out PropertyNode? advertise) && advertise.Range!.Value.High != valid.High)
        {
            diagnostics.Report(advertise.Position, $"what is advertised must end with the highest version, {valid.High}");
        }

        if (node.Properties.TryGetValue("unstable", out PropertyNode? unstable) && !valid.Contains(unstable.Range!.Value.Low))
        {
            diagnostics.Report(unstable.Position, $"{unstable.Range.Value.Low} is none of the versions {valid}");
        }

        foreach (HistoryNode row in node.History.Where(row => !valid.Covers(row.Versions)))
        {
            diagnostics.Report(row.Position, $"{row.Versions} is outside of the versions {valid}");
        }

        if (node.Kind != MessageKind.Api)
        {
            return;
        }

        for (int version = valid.Low + 1; version <= valid.High; version++)
        {
            if (!node.History.Any(row => row.Versions.Contains(version)))
            {
                diagnostics.Report(node.Position, $"the history of {node.Name} does not say what version {version} brought");
            }
        }
    }
}
