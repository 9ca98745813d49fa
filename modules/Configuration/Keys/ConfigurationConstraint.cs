using System.Globalization;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>What a value must satisfy besides its type.</summary>
public abstract record ConfigurationConstraint
{
    /// <summary>Checks a value of the key's type.</summary>
    /// <returns>Null when it is valid, otherwise the reason in Kafka's words.</returns>
    public abstract string? Check(object? value);

    /// <summary>The valid values in words that follow "expected", such as <c>at least 1</c>.</summary>
    public abstract string Describe();
}

/// <summary>A number between two bounds, either of which may be missing, or one value outside them.</summary>
/// <param name="Minimum">Smallest valid value.</param>
/// <param name="Maximum">Largest valid value.</param>
/// <param name="Or">One further valid value, such as the -1 of <c>compression.gzip.level</c>.</param>
public sealed record RangeConstraint(double? Minimum, double? Maximum, double? Or = null) : ConfigurationConstraint
{
    /// <inheritdoc/>
    public override string? Check(object? value)
    {
        if (value is null)
        {
            return "Value must be non-null";
        }

        // Every bound is far below 2^53, where a double still tells integers apart.
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (Or == number)
        {
            return null;
        }

        if (Minimum is { } minimum && !(number >= minimum))
        {
            return $"Value must be at least {Text(minimum)}";
        }

        return Maximum is { } maximum && !(number <= maximum) ? $"Value must be no more than {Text(maximum)}" : null;
    }

    /// <inheritdoc/>
    public override string Describe()
    {
        var range = (Minimum, Maximum) switch
        {
            ({ } low, { } high) => $"from {Text(low)} to {Text(high)}",
            ({ } low, null) => $"of at least {Text(low)}",
            (null, { } high) => $"of at most {Text(high)}",
            _ => "",
        };
        return Or is { } or ? $"{range}, or {Text(or)}" : range;
    }

    private static string Text(double value) => value.ToString("0.################", CultureInfo.InvariantCulture);
}

/// <summary>One of some values; for a list each item, without repetition (KIP-1161).</summary>
/// <param name="Values">The valid values.</param>
/// <param name="AnyCase">Whether upper and lower case are the same.</param>
public sealed record OneOfConstraint(IReadOnlyList<string> Values, bool AnyCase = false) : ConfigurationConstraint
{
    /// <inheritdoc/>
    public override string? Check(object? value) => value switch
    {
        null => Reason(),
        IReadOnlyList<string> list => list.All(Contains) ? null : Reason(),
        _ => Contains(value.ToString()!) ? null : Reason(),
    };

    /// <inheritdoc/>
    public override string Describe() => "one of " + string.Join(", ", Values);

    /// <summary>Whether two constraints allow the same values.</summary>
    public bool Equals(OneOfConstraint? other) => other is not null && AnyCase == other.AnyCase && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Count == 0 ? 0 : HashCode.Combine(Values.Count, Values[0], AnyCase);

    private bool Contains(string item) => Values.Contains(item, AnyCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private string Reason() => $"String must be one of{(AnyCase ? " (case insensitive)" : "")}: {string.Join(", ", Values)}";
}

/// <summary>A text that is not empty; an absent value passes.</summary>
public sealed record NonEmptyConstraint : ConfigurationConstraint
{
    /// <inheritdoc/>
    public override string? Check(object? value) => value is string { Length: 0 } ? "String must be non-empty" : null;

    /// <inheritdoc/>
    public override string Describe() => "that is not empty";
}

/// <summary>A value that is present, though it may be empty.</summary>
public sealed record NonNullConstraint : ConfigurationConstraint
{
    /// <inheritdoc/>
    public override string? Check(object? value) => value is null ? "entry must be non null" : null;

    /// <inheritdoc/>
    public override string Describe() => "";
}

/// <summary>A value of a form that has a name, see <see cref="NamedChecks"/>.</summary>
/// <param name="Name">Name of the form.</param>
public sealed record NamedConstraint(string Name) : ConfigurationConstraint
{
    /// <inheritdoc/>
    public override string? Check(object? value) => NamedChecks.Find(Name)!.Check(value);

    /// <inheritdoc/>
    public override string Describe() => NamedChecks.Find(Name)!.Describe;
}
