namespace Kafka.Modular.Cli.Frame;

/// <summary>
/// The table of every flag of every tool, <c>flags.csv</c>. Its columns: tool, action, flag, short, argument, status, text; the text is the rest of the line.
/// A row with status <c>tool</c> or <c>no-tool</c> describes the tool itself, one with <c>action</c> a subcommand.
/// </summary>
internal static class FlagTable
{
    private const int Columns = 7;

    /// <summary>The names of all tools.</summary>
    public static IReadOnlyList<string> Tools() => [.. Rows().Where(static row => row[5] is "tool" or "no-tool").Select(static row => row[0])];

    /// <summary>What the table says of a tool; null for a name that it does not know.</summary>
    /// <param name="tool">The name without <c>.sh</c>.</param>
    public static ToolSheet? Find(string tool)
    {
        string[][] rows = [.. Rows().Where(row => row[0] == tool)];
        if (Array.Find(rows, static row => row[5] is "tool" or "no-tool") is not { } head)
            return null;
        return new ToolSheet(
            tool,
            head[6],
            head[5] == "no-tool",
            [.. rows.Where(static row => row[5] == "action").Select(static row => (row[1], row[6]))],
            rows.Where(static row => row[2].Length > 0).ToLookup(static row => row[1], ReadFlag));
    }

    private static ToolFlag ReadFlag(string[] row) => new(row[2]["--".Length..], row[3].TrimStart('-'), row[4], Enum.Parse<FlagStatus>(row[5], ignoreCase: true), row[6]);

    private static IEnumerable<string[]> Rows()
    {
        using var stream = typeof(FlagTable).Assembly.GetManifestResourceStream("flags.csv") ?? throw new InvalidOperationException("flags.csv is not in the assembly");
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
                yield return line.Split(',', Columns);
        }
    }
}
