using System.Globalization;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>
/// Reads and writes configuration values by type, as Kafka's ConfigDef does. A value is a <see cref="bool"/>, <see cref="int"/>,
/// <see cref="short"/>, <see cref="long"/>, <see cref="double"/>, <see cref="string"/> (STRING and CLASS), a read-only list of strings,
/// a <see cref="Secret"/>, or null.
/// </summary>
public static class ConfigurationValues
{
    // What the regular expression \s of Java matches.
    private static readonly char[] WhiteSpace = [' ', '\t', '\n', '\v', '\f', '\r'];

    /// <summary>Reads a text and checks it against the key's constraint.</summary>
    /// <param name="key">The key.</param>
    /// <param name="text">The text; null stands for an absent value.</param>
    /// <param name="value">The value read.</param>
    /// <returns>Null when it is valid, otherwise the reason in Kafka's words, such as <c>Not a number of type INT</c>.</returns>
    public static string? TryRead(ConfigurationKey key, string? text, out object? value)
    {
        string? reason = null;
        if (key.Type == ConfigurationType.List && key.Separator != ',' && text is not null)
        {
            value = text.Split(key.Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        else
        {
            reason = TryParse(key.Type, text, out value);
        }

        if (reason is not null)
        {
            return reason;
        }

        return CheckList(key, value) ?? key.Constraint?.Check(value);
    }

    /// <summary>Reads a text as a type, without any constraint.</summary>
    /// <returns>Null when it could be read, otherwise the reason.</returns>
    public static string? TryParse(ConfigurationType type, string? text, out object? value)
    {
        value = null;
        if (text is null)
        {
            return null;
        }

        var trimmed = Trim(text);
        switch (type)
        {
            case ConfigurationType.Boolean:
                if (trimmed.Equals("true", StringComparison.OrdinalIgnoreCase) || trimmed.Equals("false", StringComparison.OrdinalIgnoreCase))
                {
                    value = trimmed.Equals("true", StringComparison.OrdinalIgnoreCase);
                    return null;
                }

                return "Expected value to be either true or false";
            case ConfigurationType.Short or ConfigurationType.Int or ConfigurationType.Long:
                return TryParseInteger(type, trimmed, out value);
            case ConfigurationType.Double:
                if (!JavaNumber.TryParseDouble(trimmed, out var number))
                {
                    return "Not a number of type DOUBLE";
                }

                value = number;
                return null;
            case ConfigurationType.List:
                value = SplitList(trimmed);
                return null;
            case ConfigurationType.Password:
                value = new Secret(trimmed);
                return null;
            default:
                value = trimmed;
                return null;
        }
    }

    /// <summary>Splits Kafka's comma form of a list. An empty text is an empty list; white space around items is dropped.</summary>
    public static IReadOnlyList<string> SplitList(string text) => Trim(text) is { Length: > 0 } trimmed ? [.. trimmed.Split(',').Select(item => item.Trim(WhiteSpace))] : [];

    /// <summary>Writes a value as DescribeConfigs and the tools show it. A secret gives <c>[hidden]</c>.</summary>
    public static string? Format(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        double number => JavaNumber.Format(number),
        IReadOnlyList<string> list => string.Join(",", list),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>Whether two values are the same; lists are compared item by item.</summary>
    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (IReadOnlyList<string> first, IReadOnlyList<string> second) => first.SequenceEqual(second),
        _ => Equals(left, right),
    };

    /// <summary>What a key expects, in words that follow "expected": <c>an integer of at least 1</c>.</summary>
    public static string DescribeExpected(ConfigurationKey key)
    {
        var what = key.Type switch
        {
            ConfigurationType.Boolean => "true or false",
            ConfigurationType.Short => "a 16-bit integer",
            ConfigurationType.Int => "an integer",
            ConfigurationType.Long => "a 64-bit integer",
            ConfigurationType.Double => "a number",
            ConfigurationType.List => "a list",
            ConfigurationType.Class => "a class name",
            ConfigurationType.Password => "a secret",
            _ => "a text",
        };
        var constraint = key.Constraint?.Describe() ?? "";
        return (key.Type, key.Constraint) switch
        {
            (_, null) or (_, NonNullConstraint) => what,
            (ConfigurationType.List, OneOfConstraint oneOf) => "a list of " + string.Join(", ", oneOf.Values),
            (_, OneOfConstraint) or (not ConfigurationType.List, NamedConstraint) => constraint,
            (ConfigurationType.List, NamedConstraint) => $"a list of {constraint}",
            _ => $"{what} {constraint}",
        };
    }

    private static string? TryParseInteger(ConfigurationType type, string text, out object? value)
    {
        value = null;
        var fits = JavaNumber.TryParseInteger(text, out var number) && type switch
        {
            ConfigurationType.Short => number is >= short.MinValue and <= short.MaxValue,
            ConfigurationType.Int => number is >= int.MinValue and <= int.MaxValue,
            _ => true,
        };
        if (!fits)
        {
            return $"Not a number of type {type.ToString().ToUpperInvariant()}";
        }

        value = type switch
        {
            ConfigurationType.Short => (object)(short)number,
            ConfigurationType.Int => (int)number,
            _ => number,
        };
        return null;
    }

    // KIP-1161: an item is neither empty nor given twice.
    private static string? CheckList(ConfigurationKey key, object? value)
    {
        if (key.Type != ConfigurationType.List || value is not IReadOnlyList<string> list)
        {
            return null;
        }

        if (list.Any(string.IsNullOrEmpty))
        {
            return $"Configuration '{key.Name}' values must not be empty.";
        }

        return list.Distinct(StringComparer.Ordinal).Count() != list.Count ? $"Configuration '{key.Name}' values must not be duplicated." : null;
    }

    // Java's String.trim drops every character up to the space, and nothing above it.
    private static string Trim(string text)
    {
        int start = 0, end = text.Length;
        while (start < end && text[start] <= ' ')
        {
            start++;
        }

        while (end > start && text[end - 1] <= ' ')
        {
            end--;
        }

        return text[start..end];
    }
}
