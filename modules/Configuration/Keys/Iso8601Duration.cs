using System.Globalization;
using System.Text.RegularExpressions;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>Durations of the form PnDTnHnMn.nS, as <c>java.time.Duration</c> reads them: days down to seconds, each part with its own sign.</summary>
public static partial class Iso8601Duration
{
    /// <summary>Reads a duration.</summary>
    /// <param name="text">Text such as <c>P1DT12H</c>, in any case.</param>
    /// <param name="duration">The duration, rounded to 100 ns.</param>
    /// <returns>Whether the text is a duration that fits.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var match = Form().Match(text);
        if (!match.Success)
        {
            return false;
        }

        decimal seconds = 0;
        var any = false;
        foreach (var (part, unit) in (ReadOnlySpan<(string, decimal)>)[("d", 86400m), ("h", 3600m), ("m", 60m), ("s", 1m)])
        {
            var group = match.Groups[part];
            if (!group.Success)
            {
                continue;
            }

            any = true;
            if (!decimal.TryParse(group.ValueSpan, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || Math.Abs(number) > 1_000_000_000_000m)
            {
                return false;
            }

            seconds += number * unit;
        }

        if (!any || Math.Abs(seconds) > 900_000_000_000m)
        {
            return false;
        }

        var negative = match.Groups["sign"].ValueSpan is "-";
        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond) * (negative ? -1 : 1));
        return true;
    }

    [GeneratedRegex(
        @"^(?<sign>[+-]?)P((?<d>[+-]?[0-9]{1,19})D)?(T(?=[+\-0-9])((?<h>[+-]?[0-9]{1,19})H)?((?<m>[+-]?[0-9]{1,19})M)?((?<s>[+-]?[0-9]{1,19}([.,][0-9]{0,9})?)S)?)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 200)]
    private static partial Regex Form();
}
