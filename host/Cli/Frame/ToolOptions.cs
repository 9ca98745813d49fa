using System.Globalization;

namespace Kafka.Modular.Cli.Frame;

/// <summary>A tool's command line, read.</summary>
internal sealed class ToolOptions(
    ToolSheet sheet,
    string action,
    IReadOnlyDictionary<string, List<string>> values,
    IReadOnlyList<string> words,
    IReadOnlyList<string> warnings,
    IReadOnlyList<string> order)
{
    /// <summary>The subcommand, empty for none.</summary>
    public string Action => action;

    /// <summary>Words that belong to no flag.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>What to say about flags that have a newer name.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>The names of the given flags in the order in which they stand, one for each time.</summary>
    public IReadOnlyList<string> Order => order;

    /// <summary>Whether no flag and no word is given.</summary>
    public bool IsEmpty => values.Count == 0 && words.Count == 0 && action.Length == 0;

    /// <summary>Whether the output is asked for as JSON (<c>-o json</c>).</summary>
    /// <exception cref="UsageException">It is asked for in a form that there is not.</exception>
    public bool IsJson => Last("output") switch
    {
        null or "text" => false,
        "json" => true,
        var other => throw new UsageException($"Cannot parse argument '{other}' of option output: it is text or json"),
    };

    /// <summary>Whether a flag is given.</summary>
    /// <param name="flag">The name without dashes.</param>
    public bool Has(string flag) => values.ContainsKey(Known(flag));

    /// <summary>How many of the flags are given.</summary>
    public int Count(params ReadOnlySpan<string> flags)
    {
        var count = 0;
        foreach (var flag in flags)
            count += Has(flag) ? 1 : 0;
        return count;
    }

    /// <summary>All arguments of a flag, in order.</summary>
    public IReadOnlyList<string> Values(string flag) => values.GetValueOrDefault(Known(flag)) ?? [];

    /// <summary>The argument of a flag that may stand once; null when it is not given.</summary>
    /// <exception cref="UsageException">It stands several times.</exception>
    public string? Value(string flag) => Values(flag) switch
    {
        [] => null,
        [var one] => one,
        _ => throw new UsageException($"Found multiple arguments for option {flag}, but you asked for only one"),
    };

    /// <summary>The last argument of a flag; null when it is not given.</summary>
    public string? Last(string flag) => Values(flag) is [.., var last] ? last : null;

    /// <summary>The argument as a whole number; null when it is not given.</summary>
    public int? Int32(string flag) => Value(flag) is { } text ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    /// <summary>The argument as a whole number; null when it is not given.</summary>
    public long? Int64(string flag) => Value(flag) is { } text ? long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    /// <summary>Ends with the usage unless every flag is given.</summary>
    /// <exception cref="UsageException">One is missing.</exception>
    public void Require(params ReadOnlySpan<string> flags)
    {
        foreach (var flag in flags)
        {
            if (!Has(flag))
                throw new UsageException($"Missing required argument \"[{flag}]\"");
        }
    }

    /// <summary>Ends with the usage when a flag is given together with one that does not go with it.</summary>
    /// <exception cref="UsageException">Both are given.</exception>
    public void Forbid(string used, params ReadOnlySpan<string> others)
    {
        if (!Has(used))
            return;
        foreach (var other in others)
        {
            if (Has(other))
                throw new UsageException($"Option \"[{used}]\" can't be used with option \"[{other}]\"");
        }
    }

    /// <summary>Ends with the usage unless exactly one of the flags is given.</summary>
    /// <exception cref="UsageException">None is given, or several.</exception>
    public void RequireOne(params ReadOnlySpan<string> flags)
    {
        if (Count(flags) != 1)
            throw new UsageException($"Exactly one of the following arguments is required: [{string.Join("], [", flags.ToArray())}]");
    }

    // A name that the table lacks is a mistake in the tool, not on the command line.
    private string Known(string flag) => values.ContainsKey(flag) || flag is "output" || sheet.Flags.SelectMany(static each => each).Any(each => each.Name == flag)
        ? flag
        : throw new ArgumentException($"flags.csv has no row for --{flag} of {sheet.Name}", nameof(flag));
}
