using System.Globalization;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>
/// Numbers with a unit, for files: <c>64MiB</c> for a key that counts bytes, <c>7d</c> for one that counts milliseconds, seconds, minutes or
/// hours. Kafka itself takes bare numbers, which always remain valid.
/// </summary>
public static class UnitSuffix
{
    private static readonly Dictionary<string, long> Sizes = new(StringComparer.Ordinal)
    {
        ["B"] = 1,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
    };

    private static readonly Dictionary<string, long> Times = new(StringComparer.Ordinal)
    {
        ["ms"] = 1,
        ["s"] = 1_000,
        ["m"] = 60_000,
        ["h"] = 3_600_000,
        ["d"] = 86_400_000,
    };

    /// <summary>Turns a number with a unit into the number that the key means.</summary>
    /// <returns>The bare number; the text itself where it has no unit or the key takes none.</returns>
    public static string Normalize(ConfigurationKey key, string text)
    {
        if (key.Type is not (ConfigurationType.Int or ConfigurationType.Long or ConfigurationType.Short))
        {
            return text;
        }

        var trimmed = text.Trim();
        var digits = trimmed.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !long.TryParse(trimmed.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return text;
        }

        var unit = trimmed[digits..].TrimStart();
        var own = CountsBytes(key.Name) ? 1 : TimeUnit(key.Name);
        var units = CountsBytes(key.Name) ? Sizes : Times;
        if (own == 0 || !units.TryGetValue(unit, out var factor) || number > long.MaxValue / factor || number * factor % own != 0)
        {
            return text;
        }

        return (number * factor / own).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The units that a key takes, in words; empty if none.</summary>
    public static string Describe(ConfigurationKey key) =>
        key.Type is not (ConfigurationType.Int or ConfigurationType.Long or ConfigurationType.Short) ? ""
        : CountsBytes(key.Name) ? "B, KiB, MiB, GiB, TiB"
        : TimeUnit(key.Name) != 0 ? "ms, s, m, h, d"
        : "";

    private static bool CountsBytes(string name) =>
        name.Split('.').Contains("bytes") || name.EndsWith("buffer.size", StringComparison.Ordinal) || name.EndsWith("receive.size", StringComparison.Ordinal);

    private static long TimeUnit(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "ms" or "millis" => 1,
        "seconds" or "secs" => 1_000,
        "minutes" => 60_000,
        "hours" => 3_600_000,
        _ => 0,
    };
}
