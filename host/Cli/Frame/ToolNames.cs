namespace Kafka.Modular.Cli.Frame;

/// <summary>By which name the executable was called.</summary>
internal static class ToolNames
{
    private const string CommandLine = "/proc/self/cmdline";

    /// <summary>The tool that a program's name stands for, with or without a folder and <c>.sh</c>; null when it is no name of a tool.</summary>
    public static string? Of(string program)
    {
        var name = program[(program.LastIndexOf('/') + 1)..];
        if (name.EndsWith(".sh", StringComparison.Ordinal))
            name = name[..^3];
        return name.StartsWith("kafka-", StringComparison.Ordinal) && !name.StartsWith("kafka-modular", StringComparison.Ordinal) ? name : null;
    }

    /// <summary>The name that the process was called by: the symbolic link's, which the runtime resolves and the operating system does not.</summary>
    public static string OfProcess()
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                var line = File.ReadAllText(CommandLine);
                var end = line.IndexOf('\0', StringComparison.Ordinal);
                return end < 0 ? line : line[..end];
            }
        }
        catch (IOException)
        {
            // Without /proc the first word of the command line has to do.
        }

        return Environment.GetCommandLineArgs()[0];
    }
}
