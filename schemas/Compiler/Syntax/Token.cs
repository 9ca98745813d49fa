namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>A name or keyword; may hold digits, dashes and underscores after its first letter.</summary>
    Word,

    /// <summary>A number: decimal, negative, hexadecimal or with a fraction.</summary>
    Number,

    /// <summary>Text between double quotes; the token's text is without them.</summary>
    String,

    /// <summary>One of the signs <c>{ } [ ] ? = @ ..</c></summary>
    Sign,

    /// <summary>The end of the line.</summary>
    End,
}

/// <summary>A token and the column it begins at.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Column)
{
    /// <summary>True for the given sign.</summary>
    public bool Is(string sign) => Kind == TokenKind.Sign && Text == sign;

    /// <summary>True for the given keyword.</summary>
    public bool IsWord(string word) => Kind == TokenKind.Word && Text == word;

    /// <summary>How an error message names the token.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.End => "the end of the line",
        TokenKind.String => $"\"{Text}\"",
        _ => $"'{Text}'",
    };
}
