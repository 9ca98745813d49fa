using System.Globalization;

namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>Raised when a line cannot be understood; the parser reports it and goes on with the next line.</summary>
internal sealed class SyntaxException(SourcePosition position, string message) : Exception(message)
{
    public SourcePosition Position { get; } = position;
}

/// <summary>Walks over the tokens of one line.</summary>
internal sealed class TokenCursor(IReadOnlyList<Token> tokens, string file, int line)
{
    private int at;

    public Token Current => tokens[at];

    public SourcePosition Position => new(file, line, Current.Column);

    /// <summary>True when the line opens a block.</summary>
    public bool Opens => tokens.Any(token => token.Is("{"));

    public Token Take()
    {
        Token token = tokens[at];
        if (token.Kind != TokenKind.End)
        {
            at++;
        }

        return token;
    }

    public bool TakeIf(string sign)
    {
        if (!Current.Is(sign))
        {
            return false;
        }

        at++;
        return true;
    }

    public bool TakeWordIf(string word)
    {
        if (!Current.IsWord(word))
        {
            return false;
        }

        at++;
        return true;
    }

    public string Word(string what) => Current.Kind == TokenKind.Word ? Take().Text : throw Unexpected(what);

    public void Sign(string sign)
    {
        if (!TakeIf(sign))
        {
            throw Unexpected($"'{sign}'");
        }
    }

    public int Number(string what)
    {
        if (Current.Kind != TokenKind.Number)
        {
            throw Unexpected(what);
        }

        return int.TryParse(Current.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? Advance(value)
            : throw new SyntaxException(Position, $"{Current.Describe()} is not {what}");
    }

    /// <summary>True when a version range can begin here.</summary>
    public bool AtRange => Current.Kind == TokenKind.Number || Current.Is("..");

    /// <summary>A version range: <c>7</c>, <c>7..</c>, <c>..7</c>, <c>4..7</c>.</summary>
    public VersionRange Range()
    {
        SourcePosition start = Position;
        int? low = Current.Kind == TokenKind.Number ? Version() : null;
        if (!TakeIf(".."))
        {
            return low is { } single ? new VersionRange(single, single) : throw Unexpected("a version range");
        }

        int? high = Current.Kind == TokenKind.Number ? Version() : null;
        if (low is null && high is null)
        {
            throw new SyntaxException(start, "a version range needs a lower or an upper end");
        }

        var range = new VersionRange(low ?? 0, high ?? VersionRange.Top);
        return range.IsEmpty ? throw new SyntaxException(start, $"the range {low}..{high} holds no version") : range;
    }

    public void End()
    {
        if (Current.Kind != TokenKind.End)
        {
            throw Unexpected("the end of the line");
        }
    }

    public SyntaxException Unexpected(string expected) => new(Position, $"expected {expected}, found {Current.Describe()}");

    private int Version()
    {
        SourcePosition position = Position;
        int version = Number("a version");
        return version is >= 0 and < VersionRange.Top
            ? version
            : throw new SyntaxException(position, $"{version} is not a version (0 to {VersionRange.Top - 1})");
    }

    private int Advance(int value)
    {
        at++;
        return value;
    }
}
