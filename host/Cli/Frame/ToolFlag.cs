namespace Kafka.Modular.Cli.Frame;

/// <summary>One flag of a tool, a row of <c>flags.csv</c>.</summary>
/// <param name="Name">The name without dashes, such as <c>bootstrap-server</c>.</param>
/// <param name="Short">The one-letter name, empty for none.</param>
/// <param name="Argument">What it takes, such as <c>Integer: # of partitions</c>: empty for nothing, in brackets when it may be left out, with <c>+</c> behind the kind when it takes all words up to the next flag.</param>
/// <param name="Status">Whether it is served.</param>
/// <param name="Text">Its description; the newer flag's name when it is old; the reason when it is refused.</param>
internal sealed record ToolFlag(string Name, string Short, string Argument, FlagStatus Status, string Text)
{
    /// <summary>Whether it takes an argument.</summary>
    public bool TakesArgument => Argument.Length > 0;

    /// <summary>Whether its argument may be left out.</summary>
    public bool IsArgumentOptional => Argument.StartsWith('[');

    /// <summary>Whether it takes all words up to the next flag.</summary>
    public bool TakesMany => Kind.EndsWith('+');

    /// <summary>The kind of the argument: String, Integer, Long, Double.</summary>
    public string Kind => Argument.Trim('[', ']').Split(':')[0];
}
