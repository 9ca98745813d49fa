namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>Cuts one line into tokens. A comment ends the line.</summary>
internal static class Lexer
{
    /// <summary>The tokens of a line, the last one of kind <see cref="TokenKind.End"/>.</summary>
    public static List<Token> Tokenize(string line, string file, int lineNumber, Diagnostics diagnostics)
    {
        var tokens = new List<Token>();
        int at = 0;
        while (at < line.Length)
        {
            char c = line[at];
            if (c is ' ' or '\t')
            {
                at++;
                continue;
            }

            if (c == '#')
            {
                break;
            }

            Token token = Next(line, at, out int end);
            if (end == at)
            {
                diagnostics.Report(new SourcePosition(file, lineNumber, at + 1), Complaint(line, at));
                break;
            }

            tokens.Add(token);
            at = end;
        }

        tokens.Add(new Token(TokenKind.End, "", at + 1));
        return tokens;
    }

    private static string Complaint(string line, int at) => line[at] switch
    {
        '"' => "the text has no closing quote",
        '\t' => "unexpected tab",
        _ => char.IsControl(line[at]) ? $"unexpected character U+{(int)line[at]:X4}" : $"unexpected character '{line[at]}'",
    };

    private static Token Next(string line, int at, out int end)
    {
        char c = line[at];
        end = at;
        if (char.IsAsciiLetter(c))
        {
            while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '_' or '-'))
            {
                end++;
            }

            return new Token(TokenKind.Word, line[at..end], at + 1);
        }

        if (char.IsAsciiDigit(c) || (c == '-' && at + 1 < line.Length && char.IsAsciiDigit(line[at + 1])))
        {
            end = EndOfNumber(line, at);
            return new Token(TokenKind.Number, line[at..end], at + 1);
        }

        if (c == '"')
        {
            int close = line.IndexOf('"', at + 1);
            end = close < 0 ? at : close + 1;
            return new Token(TokenKind.String, close < 0 ? "" : line[(at + 1)..close], at + 1);
        }

        if (c == '.' && at + 1 < line.Length && line[at + 1] == '.')
        {
            end = at + 2;
            return new Token(TokenKind.Sign, "..", at + 1);
        }

        if ("{}[]?=@".Contains(c, StringComparison.Ordinal))
        {
            end = at + 1;
        }

        return new Token(TokenKind.Sign, c.ToString(), at + 1);
    }

    private static int EndOfNumber(string line, int at)
    {
        int end = at + 1;
        if (line[at] == '0' && end < line.Length && line[end] is 'x' or 'X')
        {
            end++;
            while (end < line.Length && char.IsAsciiHexDigit(line[end]))
            {
                end++;
            }

            return end;
        }

        while (end < line.Length && char.IsAsciiDigit(line[end]))
        {
            end++;
        }

        // One dot followed by a digit is a fraction, two dots are a range.
        if (end + 1 < line.Length && line[end] == '.' && char.IsAsciiDigit(line[end + 1]))
        {
            end++;
            while (end < line.Length && char.IsAsciiDigit(line[end]))
            {
                end++;
            }
        }

        return end;
    }
}
