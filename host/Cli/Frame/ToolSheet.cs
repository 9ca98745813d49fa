namespace Kafka.Modular.Cli.Frame;

/// <summary>What <c>flags.csv</c> says of one tool.</summary>
/// <param name="Name">The tool's name without <c>.sh</c>.</param>
/// <param name="Summary">What it is for; the reason when the whole tool is refused.</param>
/// <param name="IsRefused">Whether the tool is not there, and <paramref name="Summary"/> says why.</param>
/// <param name="Actions">The tool's subcommands with their descriptions, in order; empty for a tool that has flags alone.</param>
/// <param name="Flags">The flags of each subcommand; those under the empty name hold for all.</param>
internal sealed record ToolSheet(
    string Name,
    string Summary,
    bool IsRefused,
    IReadOnlyList<(string Name, string Text)> Actions,
    ILookup<string, ToolFlag> Flags)
{
    /// <summary>The flags that hold for a subcommand, the general ones among them.</summary>
    /// <param name="action">The subcommand, empty for none.</param>
    public IEnumerable<ToolFlag> FlagsOf(string action) => action.Length == 0 ? Flags[""] : Flags[""].Concat(Flags[action]);
}
