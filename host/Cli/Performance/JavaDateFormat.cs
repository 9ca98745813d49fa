using System.Globalization;
using System.Text;
using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.Performance;

/// <summary>Times in a pattern of Java's <c>SimpleDateFormat</c>, as far as its letters have a counterpart: y M d H h m s S a E and quoted text.</summary>
internal sealed class JavaDateFormat
{
    private readonly string _format;

    /// <summary>Takes a pattern.</summary>
    /// <exception cref="ToolException">It has a letter that is not known.</exception>
    public JavaDateFormat(string pattern)
    {
        var format = new StringBuilder();
        for (var at = 0; at < pattern.Length;)
        {
            var letter = pattern[at];
            var end = at;
            while (end < pattern.Length && pattern[end] == letter)
                end++;
            format.Append(letter switch
            {
                'y' or 'M' or 'd' or 'H' or 'h' or 'm' or 's' => new string(letter, end - at),
                'S' => new string('f', Math.Min(end - at, 7)),
                'a' => "tt",
                'E' => end - at > 3 ? "dddd" : "ddd",
                'Z' or 'X' => "zzz",
                _ when char.IsAsciiLetter(letter) => throw new ToolException($"Illegal pattern character '{letter}' in --date-format"),
                '\'' => "",
                _ => string.Concat(Enumerable.Repeat($"\\{letter}", end - at)),
            });
            at = letter == '\'' ? Quoted(pattern, at, format) : end;
        }

        _format = format.ToString();
    }

    /// <summary>The text of a time.</summary>
    public string Of(DateTimeOffset time) => time.ToLocalTime().ToString(_format.Length == 1 ? $"%{_format}" : _format, CultureInfo.InvariantCulture);

    private static int Quoted(string pattern, int at, StringBuilder format)
    {
        for (at++; at < pattern.Length && pattern[at] != '\''; at++)
            format.Append('\\').Append(pattern[at]);
        return at + 1;
    }
}
