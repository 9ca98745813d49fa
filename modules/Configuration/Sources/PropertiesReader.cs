using System.Globalization;
using System.Text;

namespace Kafka.Modular.Configuration.Sources;

/// <summary>
/// Reads Java properties: the rules of <c>java.util.Properties.load</c> with its escapes, continued lines and three separators; but a key
/// given twice with different values and a broken <c>\u</c> escape are problems.
/// </summary>
public static class PropertiesReader
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Its name, for messages.</param>
    public static ConfigurationSource Read(string text, string file)
    {
        var entries = new List<ConfigurationEntry>();
        var problems = new List<ConfigurationProblem>();
        var seen = new Dictionary<string, (int Line, string Value)>(StringComparer.Ordinal);
        foreach (var (line, number) in LogicalLines(text))
        {
            var origin = new ConfigurationOrigin(ConfigurationOriginKind.File, file, number);
            var at = 0;
            if (!TryUnescape(line, ref at, isKey: true, out var key))
            {
                problems.Add(new(origin, "", @"a \u escape needs four hexadecimal digits"));
                continue;
            }

            SkipSeparator(line, ref at);
            if (!TryUnescape(line, ref at, isKey: false, out var value))
            {
                problems.Add(new(origin, key, @"a \u escape needs four hexadecimal digits"));
            }
            else if (key.Length == 0)
            {
                problems.Add(new(origin, "", "a key is missing before the separator"));
            }
            else if (!seen.TryAdd(key, (number, value)))
            {
                // Where the values are the same it does not matter which of them counts.
                if (!string.Equals(seen[key].Value, value, StringComparison.Ordinal))
                    problems.Add(new(origin, key, $"the key stands on line {seen[key].Line} as well"));
            }
            else
            {
                entries.Add(new(key, value, null, origin));
            }
        }

        return new(entries, problems);
    }

    // A line that ends in an odd number of backslashes goes on in the next one, whose leading white space is dropped.
    private static IEnumerable<(string Line, int Number)> LogicalLines(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var number = i + 1;
            var line = lines[i].TrimStart(' ', '\t', '\f', '\uFEFF');
            if (line.Length == 0 || line[0] is '#' or '!')
            {
                continue;
            }

            if (!IsContinued(line))
            {
                yield return (line, number);
                continue;
            }

            var whole = new StringBuilder();
            while (IsContinued(line))
            {
                whole.Append(line, 0, line.Length - 1);
                line = i + 1 < lines.Length ? lines[++i].TrimStart(' ', '\t', '\f') : "";
            }

            yield return (whole.Append(line).ToString(), number);
        }
    }

    private static bool IsContinued(string line)
    {
        var backslashes = 0;
        for (var i = line.Length - 1; i >= 0 && line[i] == '\\'; i--)
        {
            backslashes++;
        }

        return backslashes % 2 == 1;
    }

    private static void SkipSeparator(string line, ref int at)
    {
        SkipSpace(line, ref at);
        if (at < line.Length && (line[at] is '=' or ':'))
        {
            at++;
            SkipSpace(line, ref at);
        }
    }

    private static void SkipSpace(string line, ref int at)
    {
        while (at < line.Length && (line[at] is ' ' or '\t' or '\f'))
        {
            at++;
        }
    }

    private static bool TryUnescape(string line, ref int at, bool isKey, out string text)
    {
        var builder = new StringBuilder();
        while (at < line.Length && !(isKey && (line[at] is '=' or ':' or ' ' or '\t' or '\f')))
        {
            var c = line[at++];
            if (c != '\\')
            {
                builder.Append(c);
                continue;
            }

            if (at >= line.Length)
            {
                break;
            }

            c = line[at++];
            if (c == 'u')
            {
                if (at + 4 > line.Length || !ushort.TryParse(line.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                {
                    text = builder.ToString();
                    return false;
                }

                builder.Append((char)code);
                at += 4;
            }
            else
            {
                builder.Append(c switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', _ => c });
            }
        }

        text = builder.ToString();
        return true;
    }
}
