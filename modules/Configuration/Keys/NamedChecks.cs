using System.Globalization;
using System.Text.RegularExpressions;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>Forms of a value that a schema names with <c>check NAME</c>.</summary>
internal static partial class NamedChecks
{
    private static readonly Dictionary<string, NamedCheck> All = new(StringComparer.Ordinal)
    {
        ["quorum-voters"] = new("voters as id@host:port", value => EachItem(value, IsVoter, "voters must have the form id@host:port")),
        ["bootstrap-servers"] = new("addresses as host:port", value => EachItem(value, IsHostAndPort, "servers must have the form host:port")),
        ["throttled-replicas"] = new("* or pairs as partition:broker", CheckThrottledReplicas),
        ["offset-reset"] = new("latest, earliest or by_duration:PnDTnHnMn.nS", CheckOffsetReset),
    };

    /// <summary>One form: its description and its check, which gives null or the reason.</summary>
    internal sealed record NamedCheck(string Describe, Func<object?, string?> Check);

    /// <summary>Names of all forms.</summary>
    internal static IEnumerable<string> Names => All.Keys;

    /// <summary>Finds a form by name.</summary>
    internal static NamedCheck? Find(string name) => All.GetValueOrDefault(name);

    private static string? EachItem(object? value, Func<string, bool> valid, string reason)
    {
        foreach (var item in value as IReadOnlyList<string> ?? [])
        {
            if (!valid(item))
            {
                return $"{reason}, found '{item}'";
            }
        }

        return null;
    }

    private static bool IsVoter(string item)
    {
        var at = item.IndexOf('@', StringComparison.Ordinal);
        return at > 0
            && int.TryParse(item.AsSpan(0, at), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) && id >= 0
            && IsHostAndPort(item[(at + 1)..]);
    }

    private static bool IsHostAndPort(string item)
    {
        var match = HostAndPort().Match(item);
        return match.Success
            && int.TryParse(match.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65535;
    }

    // KIP-73: either every replica (*), or pairs of partition and broker.
    private static string? CheckThrottledReplicas(object? value)
    {
        var list = value as IReadOnlyList<string> ?? [];
        if (list is ["*"] || list.All(item => Pair().IsMatch(item)))
        {
            return null;
        }

        return "must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...";
    }

    // KIP-932 and KIP-1106: a share group starts at an end of the log or at a time back from now.
    private static string? CheckOffsetReset(object? value)
    {
        var text = value as string ?? "";
        if (text is "latest" or "earliest")
        {
            return null;
        }

        return text.StartsWith("by_duration:", StringComparison.Ordinal) && Iso8601Duration.TryParse(text["by_duration:".Length..], out var duration)
            && duration >= TimeSpan.Zero
            ? null
            : $"Invalid value `{text}` for configuration share.auto.offset.reset. The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS.>'.";
    }

    [GeneratedRegex(@"^(\[[0-9A-Fa-f:.%]+\]|[^\s:\[\]]+):(?<port>[0-9]{1,5})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 200)]
    private static partial Regex HostAndPort();

    [GeneratedRegex("^[0-9]+:[0-9]+$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Pair();
}
