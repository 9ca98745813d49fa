using System.Text.RegularExpressions;
using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.Admin;

/// <summary>Which topics a flag names: a regular expression, in which a comma means "or", that has to match the whole name.</summary>
internal sealed class TopicFilter
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);
    private readonly Regex? _pattern;
    private readonly bool _excludesInternal;

    /// <param name="text">The expression; null for all topics.</param>
    /// <param name="excludesInternal">Whether internal topics are left out.</param>
    /// <exception cref="ToolException">It is no regular expression.</exception>
    public TopicFilter(string? text, bool excludesInternal)
    {
        _excludesInternal = excludesInternal;
        if (text is null)
            return;
        var pattern = text.Trim().Replace(',', '|').Replace(" ", "", StringComparison.Ordinal).TrimStart('"', '\'').TrimEnd('"', '\'');
        try
        {
            _pattern = new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant, s_limit);
        }
        catch (ArgumentException fault)
        {
            throw new ToolException($"{text} is an invalid regex.", fault);
        }
    }

    /// <summary>Whether the server itself keeps something in a topic of that name.</summary>
    public static bool IsInternal(string topic) => topic is "__consumer_offsets" or "__transaction_state" or "__share_group_state";

    /// <summary>Whether the flag names a topic.</summary>
    public bool Allows(string topic) => (_pattern?.IsMatch(topic) ?? true) && !(_excludesInternal && IsInternal(topic));
}
