using System.Text;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>Splits one line of a configuration schema into tokens.</summary>
internal static class KeySchemaLexer
{
    /// <summary>Splits a line. A <c>#</c> outside quotes, at the line's start or after a space, begins a comment.</summary>
    /// <exception cref="FormatException">A quoted text does not end; its message says at which column.</exception>
    public static List<KeySchemaToken> Split(string line)
    {
        var tokens = new List<KeySchemaToken>();
        var at = 0;
        while (at < line.Length)
        {
            var c = line[at];
            if (c is ' ' or '\t')
            {
                at++;
            }
            else if (c == '#')
            {
                break;
            }
            else if (c == '"')
            {
                tokens.Add(Quoted(line, ref at));
            }
            else if (c is '=' or '[' or ']' or '{' or '}' or ',')
            {
                tokens.Add(new(KeySchemaTokenKind.Symbol, c.ToString(), ++at));
            }
            else if (c == '.' && at + 1 < line.Length && line[at + 1] == '.')
            {
                tokens.Add(new(KeySchemaTokenKind.Symbol, "..", at + 1));
                at += 2;
            }
            else
            {
                tokens.Add(Word(line, ref at));
            }
        }

        tokens.Add(new(KeySchemaTokenKind.End, "", line.Length + 1));
        return tokens;
    }

    private static KeySchemaToken Word(string line, ref int at)
    {
        var start = at;
        while (at < line.Length && line[at] is not (' ' or '\t' or '=' or '[' or ']' or '{' or '}' or ',' or '"')
            && !(line[at] == '.' && at + 1 < line.Length && line[at + 1] == '.'))
        {
            at++;
        }

        return new(KeySchemaTokenKind.Word, line[start..at], start + 1);
    }

    private static KeySchemaToken Quoted(string line, ref int at)
    {
        var start = at++;
        var text = new StringBuilder();
        while (at < line.Length && line[at] != '"')
        {
            if (line[at] == '\\' && at + 1 < line.Length)
            {
                at++;
            }

            text.Append(line[at++]);
        }

        if (at >= line.Length)
        {
            throw new FormatException($"{start + 1}:this text in quotes does not end");
        }

        at++;
        return new(KeySchemaTokenKind.Quoted, text.ToString(), start + 1);
    }
}
