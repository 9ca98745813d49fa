namespace Kafka.Modular.Configuration.Keys;

/// <summary>Kinds of token in a line of a configuration schema.</summary>
internal enum KeySchemaTokenKind
{
    /// <summary>Name, number or bare value.</summary>
    Word,

    /// <summary>Text in double quotes.</summary>
    Quoted,

    /// <summary>One of = [ ] { } , and the two dots of a range.</summary>
    Symbol,

    /// <summary>End of the line.</summary>
    End,
}

/// <summary>One token with its column, from 1.</summary>
internal readonly record struct KeySchemaToken(KeySchemaTokenKind Kind, string Text, int Column)
{
    public bool Is(string symbol) => Kind == KeySchemaTokenKind.Symbol && Text == symbol;
}
