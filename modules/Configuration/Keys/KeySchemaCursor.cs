namespace Kafka.Modular.Configuration.Keys;

/// <summary>Walks over the tokens of one line. Its errors are format exceptions that begin with the column and a colon.</summary>
internal sealed class KeySchemaCursor(List<KeySchemaToken> tokens)
{
    private int at;

    /// <summary>The token that comes next.</summary>
    public KeySchemaToken Current => tokens[at];

    /// <summary>Passes one token.</summary>
    public void Next()
    {
        if (at < tokens.Count - 1)
        {
            at++;
        }
    }

    /// <summary>Passes a symbol if it comes next.</summary>
    public bool Take(string symbol)
    {
        if (!Current.Is(symbol))
        {
            return false;
        }

        at++;
        return true;
    }

    /// <summary>Passes a word if it comes next.</summary>
    public bool TakeWord(string word)
    {
        if (Current.Kind != KeySchemaTokenKind.Word || Current.Text != word)
        {
            return false;
        }

        at++;
        return true;
    }

    /// <summary>Passes a symbol that must come next.</summary>
    public void Expect(string symbol)
    {
        if (!Take(symbol))
        {
            throw Error($"expected '{symbol}'");
        }
    }

    /// <summary>Passes a word that must come next.</summary>
    public string Word(string what) => Current.Kind == KeySchemaTokenKind.Word ? tokens[at++].Text : throw Error($"expected {what}");

    /// <summary>Passes a word or a quoted text that must come next.</summary>
    public string WordOrQuoted(string what) =>
        Current.Kind is KeySchemaTokenKind.Word or KeySchemaTokenKind.Quoted ? tokens[at++].Text : throw Error($"expected {what}");

    /// <summary>Passes items joined by commas up to a closing symbol.</summary>
    public List<string> Items(string closing)
    {
        var items = new List<string>();
        while (!Take(closing))
        {
            if (items.Count > 0)
            {
                Expect(",");
            }

            items.Add(WordOrQuoted("an item"));
        }

        return items;
    }

    /// <summary>Requires the end of the line.</summary>
    public void ExpectEnd()
    {
        if (Current.Kind != KeySchemaTokenKind.End)
        {
            throw Error($"'{Current.Text}' does not belong here");
        }
    }

    /// <summary>An error at the next token.</summary>
    public FormatException Error(string message) => new($"{Current.Column}:{message}");

    /// <summary>An error at the token just passed.</summary>
    public FormatException ErrorBefore(string message) => new($"{tokens[at - 1].Column}:{message}");
}
