using System.Globalization;
using System.Text.RegularExpressions;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Cli.Offsets;

/// <summary>Which partitions <c>kafka-get-offsets</c> asks for: patterns of topics, each with a partition, a range of them, or all.</summary>
internal sealed class PartitionFilter
{
    private readonly List<(Regex Topic, int Lowest, int End, HashSet<int>? Only)> _rules = [];

    private PartitionFilter()
    {
    }

    /// <summary>Reads <c>--topic-partitions</c>: <c>topic</c>, <c>topic:1</c>, <c>topic:0-3</c>, <c>topic:5-</c>, <c>:-3</c>, separated by commas.</summary>
    /// <exception cref="ToolException">A rule is none of these.</exception>
    public static PartitionFilter OfRules(string rules)
    {
        var filter = new PartitionFilter();
        foreach (var rule in rules.Split(','))
        {
            var match = Regex.Match(rule, "^(?<topic>[^:,]*)(:((?<one>[0-9]*)|((?<low>[0-9]*)-(?<end>[0-9]*))))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            if (!match.Success)
                throw new ToolException($"Error occurred: Invalid rule specification: {rule}");
            var topic = Pattern(match.Groups["topic"].Value);
            if (match.Groups["one"].Value is { Length: > 0 } one)
                filter._rules.Add((topic, Number(one), Number(one) + 1, null));
            else
                filter._rules.Add((topic, match.Groups["low"].Value is { Length: > 0 } low ? Number(low) : 0, match.Groups["end"].Value is { Length: > 0 } end ? Number(end) : int.MaxValue, null));
        }

        return filter;
    }

    /// <summary>Takes <c>--topic</c> and <c>--partitions</c>; null or empty for all.</summary>
    /// <exception cref="ToolException">A partition is not a number.</exception>
    public static PartitionFilter Of(string? topics, string? partitions)
    {
        var filter = new PartitionFilter();
        HashSet<int>? only = null;
        if (!string.IsNullOrEmpty(partitions))
        {
            only = [];
            foreach (var text in partitions.Split(','))
            {
                only.Add(int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var partition)
                    ? partition
                    : throw new ToolException($"Error occurred: --partitions expects a comma separated list of numeric partition ids, but received: {partitions}"));
            }
        }

        filter._rules.Add((Pattern(topics ?? ""), 0, int.MaxValue, only));
        return filter;
    }

    /// <summary>Whether a topic may have partitions that are wanted.</summary>
    public bool Allows(string topic) => _rules.Exists(rule => rule.Topic.IsMatch(topic));

    /// <summary>Whether a partition is wanted.</summary>
    public bool Allows(TopicPartition partition) => _rules.Exists(rule =>
        rule.Topic.IsMatch(partition.Topic) && partition.Partition >= rule.Lowest && partition.Partition < rule.End && rule.Only?.Contains(partition.Partition) != false);

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new ToolException($"Error occurred: {text} is not a partition");

    // A list of topics is an alternative, as in Kafka's include lists.
    private static Regex Pattern(string topics)
    {
        var text = topics.Trim().Length == 0 ? ".*" : topics.Trim().Replace(',', '|').Replace(" ", "", StringComparison.Ordinal).Trim('"', '\'');
        try
        {
            return new Regex($"^(?:{text})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException fault)
        {
            throw new ToolException($"Error occurred: {topics} is an invalid regex.", fault);
        }
    }
}
