using System.Globalization;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Cli.Serve;

/// <summary>A process of this machine that is a server.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="ConfigurationFile">The file that it was started with; null for none.</param>
internal sealed record ServerProcess(int Id, string? ConfigurationFile)
{
    /// <summary>The servers among the processes.</summary>
    /// <param name="root">The process file system, <c>/proc</c>.</param>
    public static IReadOnlyList<ServerProcess> FindAll(string root = "/proc")
    {
        var found = new List<ServerProcess>();
        foreach (var folder in Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != Environment.ProcessId && Read(folder) is { } words)
                found.Add(new ServerProcess(id, FileOf(folder, words)));
        }

        return [.. found.OrderBy(static process => process.Id)];
    }

    /// <summary>A value of the file; null where there is none, or the file cannot be read.</summary>
    public string? Find(string key)
    {
        try
        {
            return ConfigurationFile is null
                ? null
                : ConfigurationSource.ReadFile(ConfigurationFile).Entries.LastOrDefault(entry => entry.Name == key) is { } entry ? entry.Text ?? string.Join(',', entry.Items ?? []) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The words behind the one that makes it a server; null when it is none.
    private static string[]? Read(string folder)
    {
        string[] words;
        try
        {
            words = File.ReadAllText(Path.Combine(folder, "cmdline")).TrimEnd('\0').Split('\0');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is somebody else's.
            return null;
        }

        if (ToolNames.Of(words[0]) == "kafka-server-start")
            return words[1..];
        var program = Array.FindIndex(words, static word => Path.GetFileName(word) is "kafka-modular" or "kafka-modular.dll");
        return program is 0 or 1 && words.Length > program + 1 && (words[program + 1] == "serve" || ToolNames.Of(words[program + 1]) == "kafka-server-start")
            ? words[(program + 2)..]
            : null;
    }

    private static string? FileOf(string folder, string[] words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] is "--override")
                i++;
            else if (words[i] is "--config" or "-c")
                return i + 1 < words.Length ? Absolute(folder, words[i + 1]) : null;
            else if (!words[i].StartsWith('-'))
                return Absolute(folder, words[i]);
        }

        return null;
    }

    private static string Absolute(string folder, string file) => Path.IsPathRooted(file)
        ? file
        : Path.Combine(new DirectoryInfo(Path.Combine(folder, "cwd")).ResolveLinkTarget(true)?.FullName ?? ".", file);
}
