using System.Text;

namespace Kafka.Modular.Configuration.Jaas;

/// <summary>
/// Cuts a login configuration into words and symbols. Quotes, escapes and comments are those of Java's <c>StreamTokenizer</c>, which reads it
/// there; words without quotes may hold more than there.
/// </summary>
internal sealed class JaasLexer
{
    private readonly string text;
    private int at;

    public JaasLexer(string text)
    {
        this.text = text;
        Advance();
    }

    /// <summary>The token that is to be looked at.</summary>
    public JaasToken Current { get; private set; }

    /// <summary>The line it ends on, from 1.</summary>
    public int Line => text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1;

    /// <summary>Goes on to the next token.</summary>
    /// <exception cref="FormatException">A quoted word does not end.</exception>
    public void Advance()
    {
        SkipSpaceAndComments();
        Current = at >= text.Length ? new JaasToken("", IsSymbol: false, IsEnd: true)
            : text[at] is '"' or '\'' ? new JaasToken(Quoted(text[at]), IsSymbol: false, IsEnd: false)
            : text[at] is ';' or '=' or '{' or '}' ? new JaasToken(text[at++].ToString(), IsSymbol: true, IsEnd: false)
            : new JaasToken(Word(), IsSymbol: false, IsEnd: false);
    }

    private string Word()
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (';' or '=' or '{' or '}' or '"'))
        {
            at++;
        }

        return text[start..at];
    }

    private string Quoted(char quote)
    {
        var value = new StringBuilder();
        at++;
        while (at < text.Length && text[at] != quote && text[at] is not ('\n' or '\r'))
        {
            value.Append(text[at] == '\\' && at + 1 < text.Length ? Escaped() : text[at++]);
        }

        if (at >= text.Length || text[at] != quote)
        {
            throw new FormatException("a quoted value of the login configuration does not end");
        }

        at++;
        return value.ToString();
    }

    // A backslash and an octal number up to 377 is that character; one before any other character is that character.
    private char Escaped()
    {
        at++;
        var first = text[at++];
        if (first is < '0' or > '7')
        {
            return first switch
            {
                'a' => '\a',
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\v',
                _ => first,
            };
        }

        var number = first - '0';
        for (var left = first <= '3' ? 2 : 1; left > 0 && at < text.Length && text[at] is >= '0' and <= '7'; left--)
        {
            number = (number * 8) + (text[at++] - '0');
        }

        return (char)number;
    }

    private void SkipSpaceAndComments()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '#' || text.AsSpan(at).StartsWith("//", StringComparison.Ordinal))
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (text.AsSpan(at).StartsWith("/*", StringComparison.Ordinal))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? text.Length : end + 2;
            }
            else
            {
                return;
            }
        }
    }
}
