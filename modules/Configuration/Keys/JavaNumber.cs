using System.Globalization;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>Numbers as Java reads and writes them, so that values look the same to tools that compare text.</summary>
public static class JavaNumber
{
    /// <summary>Reads an integer as <c>Long.parseLong</c> does: an optional sign and decimal digits.</summary>
    public static bool TryParseInteger(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    /// <summary>Reads a number as <c>Double.parseDouble</c> does, hexadecimal forms left out.</summary>
    public static bool TryParseDouble(ReadOnlySpan<char> text, out double value)
    {
        // Java takes one of the suffixes d and f.
        if (text.Length > 1 && (text[^1] is 'd' or 'D' or 'f' or 'F') && (char.IsAsciiDigit(text[^2]) || text[^2] == '.'))
        {
            text = text[..^1];
        }

        if (text is "NaN" or "+NaN" or "-NaN")
        {
            value = double.NaN;
            return true;
        }

        if (text is "Infinity" or "+Infinity" or "-Infinity")
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        value = 0;
        return text.Length > 0 && text[^1] is not ('y' or 'N' or '∞')
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Writes a number as <c>Double.toString</c> does: 0.5, 2.147483647E9, 1.7976931348623157E308.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "Infinity" : "-Infinity";
        }

        var magnitude = Math.Abs(value);
        if (value == 0 || magnitude is >= 1e-3 and < 1e7)
        {
            var plain = value.ToString("R", CultureInfo.InvariantCulture);
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }

        // Shortest digits that read back to the same number, one of them before the point.
        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 17; digits++)
        {
            var candidate = value.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(candidate, CultureInfo.InvariantCulture) == value)
            {
                scientific = candidate;
                break;
            }
        }

        var e = scientific.IndexOf('E', StringComparison.Ordinal);
        var mantissa = scientific[..e];
        var exponent = int.Parse(scientific.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return (mantissa.Contains('.', StringComparison.Ordinal) ? mantissa : mantissa + ".0") + "E" + exponent.ToString(CultureInfo.InvariantCulture);
    }
}
