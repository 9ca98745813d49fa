using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kafka.Modular.Security.Principals;

/// <summary>
/// The rules of <c>ssl.principal.mapping.rules</c> (KIP-371): each <c>RULE:pattern/replacement/</c> with <c>L</c> or <c>U</c> at its end for lower or upper case, or
/// <c>DEFAULT</c>, joined by commas. The first whose pattern matches the whole name gives the user's name. Immutable.
/// </summary>
public sealed class SslPrincipalMapper
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private readonly List<Rule> _rules;

    private SslPrincipalMapper(List<Rule> rules) => _rules = rules;

    /// <summary>Reads the rules.</summary>
    /// <exception cref="FormatException">They cannot be read; the message says what is wrong.</exception>
    public static SslPrincipalMapper Parse(string rules)
    {
        var parsed = new List<Rule>();
        for (var position = 0; position < rules.Length;)
        {
            position = SkipBlanks(rules, position);
            if (position < rules.Length && rules[position] != ',')
            {
                position = ReadRule(rules, position, parsed);
            }

            position = SkipBlanks(rules, position);
            if (position < rules.Length && rules[position++] != ',')
            {
                throw new FormatException($"'{rules[(position - 1)..]}' is too much; expected a comma or the end");
            }
        }

        return new SslPrincipalMapper(parsed);
    }

    /// <summary>The user's name for a distinguished name (<see cref="DistinguishedName"/>); null when no rule matches.</summary>
    public string? Map(string distinguishedName)
    {
        foreach (var rule in _rules)
        {
            if (rule.Apply(distinguishedName) is { } name)
            {
                return name;
            }
        }

        return null;
    }

    private static int SkipBlanks(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position;
    }

    private static int ReadRule(string text, int position, List<Rule> parsed)
    {
        const string isDefault = "DEFAULT";
        const string isRule = "RULE:";
        if (string.CompareOrdinal(text, position, isDefault, 0, isDefault.Length) == 0)
        {
            parsed.Add(Rule.Default);
            return position + isDefault.Length;
        }

        if (string.CompareOrdinal(text, position, isRule, 0, isRule.Length) != 0)
        {
            throw new FormatException($"'{text[position..]}' is no rule; expected RULE:pattern/replacement/[LU] or DEFAULT");
        }

        var pattern = ReadPart(text, position + isRule.Length, out var next);
        var replacement = ReadPart(text, next, out next);
        var @case = next < text.Length && text[next] is 'L' or 'U' ? text[next++] : '\0';
        parsed.Add(Rule.Create(pattern, replacement, @case));
        return next;
    }

    // Up to a slash that no backslash stands before.
    private static string ReadPart(string text, int start, out int next)
    {
        var end = start;
        while (end < text.Length && text[end] != '/')
        {
            end += text[end] == '\\' ? 2 : 1;
        }

        if (end >= text.Length)
        {
            throw new FormatException($"'RULE:{text[start..]}' has no end; expected RULE:pattern/replacement/[LU]");
        }

        next = end + 1;
        return text[start..end];
    }

    private sealed class Rule
    {
        private readonly Regex? _whole;
        private readonly Regex? _pattern;
        private readonly string _replacement;
        private readonly char _case;

        private Rule(Regex? whole, Regex? pattern, string replacement, char @case)
        {
            _whole = whole;
            _pattern = pattern;
            _replacement = replacement;
            _case = @case;
        }

        public static Rule Default { get; } = new(null, null, "", '\0');

        public static Rule Create(string pattern, string replacement, char @case)
        {
            try
            {
                // Java matches the whole name, then replaces every match in it.
                return new Rule(
                    new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant, s_patience),
                    new Regex(pattern, RegexOptions.CultureInvariant, s_patience),
                    replacement,
                    @case);
            }
            catch (ArgumentException malformed)
            {
                throw new FormatException($"the pattern '{pattern}' cannot be read ({malformed.Message})", malformed);
            }
        }

        public string? Apply(string name)
        {
            if (_pattern is null)
            {
                return name;
            }

            try
            {
                if (!_whole!.IsMatch(name))
                {
                    return null;
                }

                var mapped = _pattern.Replace(name, Expand);
                return _case switch
                {
                    'L' => mapped.ToLowerInvariant(),
                    'U' => mapped.ToUpperInvariant(),
                    _ => mapped,
                };
            }
            catch (RegexMatchTimeoutException)
            {
                return null;
            }
        }

        // As in Java's replacements: $n is a group, as many digits as make one there is, and a backslash takes what follows as it is. One that is not there stays as it is written.
        private string Expand(Match match)
        {
            var text = new StringBuilder();
            for (var i = 0; i < _replacement.Length; i++)
            {
                var letter = _replacement[i];
                if (letter == '\\' && i + 1 < _replacement.Length)
                {
                    text.Append(_replacement[++i]);
                }
                else if (letter == '$' && GroupAt(i + 1, match.Groups.Count - 1) is { } group)
                {
                    text.Append(match.Groups[group.Number].Value);
                    i += group.Length;
                }
                else
                {
                    text.Append(letter);
                }
            }

            return text.ToString();
        }

        private (int Number, int Length)? GroupAt(int position, int groups)
        {
            (int Number, int Length)? found = null;
            for (var end = position; end < _replacement.Length && char.IsAsciiDigit(_replacement[end]); end++)
            {
                var length = end - position + 1;
                if (!int.TryParse(_replacement.AsSpan(position, length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > groups)
                {
                    break;
                }

                found = (number, length);
            }

            return found;
        }
    }
}
