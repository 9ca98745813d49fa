namespace Kafka.Modular.Cli.Frame;

/// <summary>The usage of a tool, as a table of its flags.</summary>
internal static class UsageText
{
    private const int LeftWidth = 40;
    private const int RightWidth = 39;

    /// <summary>Writes a tool's usage.</summary>
    /// <param name="sheet">The tool.</param>
    /// <param name="action">The subcommand it is about, empty for none.</param>
    /// <param name="writer">Takes the text.</param>
    public static void Write(ToolSheet sheet, string action, TextWriter writer)
    {
        if (sheet.Actions.Count > 0)
            WriteActions(sheet, action, writer);
        WriteRow("Option", "Description", writer);
        WriteRow("------", "-----------", writer);
        foreach (var flag in sheet.FlagsOf(action).OrderBy(static flag => flag.Name, StringComparer.Ordinal))
            WriteRow(Left(flag), Right(flag), writer);
    }

    private static void WriteActions(ToolSheet sheet, string action, TextWriter writer)
    {
        writer.WriteLine($"usage: {sheet.Name} {(action.Length == 0 ? $"{{{string.Join(",", sheet.Actions.Select(static each => each.Name))}}}" : action)} [options]");
        writer.WriteLine();
        foreach (var (name, text) in sheet.Actions.Where(each => action.Length == 0 || each.Name == action))
            WriteRow(name, text, writer);
        writer.WriteLine();
    }

    private static string Left(ToolFlag flag)
    {
        var names = flag.Short.Length == 0 ? $"--{flag.Name}" : $"-{flag.Short}, --{flag.Name}";
        if (!flag.TakesArgument)
            return names;
        return flag.IsArgumentOptional ? $"{names} {flag.Argument}" : $"{names} <{flag.Argument}>";
    }

    private static string Right(ToolFlag flag) => flag.Status switch
    {
        FlagStatus.Old => $"(DEPRECATED) Use --{flag.Text} instead.",
        FlagStatus.Refused => $"Not served: {flag.Text}",
        _ => flag.Text,
    };

    private static void WriteRow(string left, string right, TextWriter writer)
    {
        var lefts = Wrap(left, LeftWidth - 2);
        var rights = Wrap(right, RightWidth);
        for (var i = 0; i < Math.Max(lefts.Count, rights.Count); i++)
        {
            var line = (i < lefts.Count ? lefts[i] : "").PadRight(LeftWidth) + (i < rights.Count ? rights[i] : "");
            writer.WriteLine(line.TrimEnd());
        }
    }

    private static List<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line);
                line = "  " + word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        lines.Add(line);
        return lines;
    }
}
