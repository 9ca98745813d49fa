using System.Xml.Linq;

namespace Kafka.Modular.Architecture;

/// <summary>The files of the repository as they stand on disk, without what builds and tests leave behind.</summary>
internal static class Repository
{
    private static readonly string[] s_sourceExtensions =
    [
        ".cs", ".csproj", ".props", ".targets", ".proj", ".sln", ".md", ".yaml", ".yml", ".json", ".js", ".mjs", ".py", ".sh", ".kschema",
        ".service", ".conf", ".txt", ".properties", ".csv", "",
    ];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Names that the repository's ignore file names as products of a build, a test or a run.</summary>
    public static IReadOnlySet<string> Products { get; } = File.ReadAllLines(Path.Combine(Root, ".gitignore"))
        .Select(line => line.Trim().Trim('/'))
        .Where(line => line.Length > 0 && !line.StartsWith('#') && !line.Contains('*', StringComparison.Ordinal))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Every text file, as a path relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Files(string folder = "") => Walk(Path.Combine(Root, folder)).Order(StringComparer.Ordinal);

    /// <summary>Every C# file that people wrote.</summary>
    public static IEnumerable<string> CSharpFiles => Files().Where(file => file.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>Every project.</summary>
    public static IReadOnlyList<Project> Projects { get; } =
        [.. Files().Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(Project.Read)];

    /// <summary>The text of a file named relative to the root.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>An XML file named relative to the root.</summary>
    public static XDocument ReadXml(string file) => XDocument.Load(Path.Combine(Root, file));

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            if (s_sourceExtensions.Contains(Path.GetExtension(file)))
            {
                yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
            }
        }

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            string name = Path.GetFileName(child);
            if (Products.Contains(name) || name == ".git")
            {
                continue;
            }

            foreach (string file in Walk(child))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kafka.Modular.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Kafka.Modular.sln.");
    }
}
