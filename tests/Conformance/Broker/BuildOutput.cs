namespace Kafka.Modular.Conformance.Broker;

/// <summary>Where the build put the programs under test: the configuration is that of the tests themselves.</summary>
internal static class BuildOutput
{
    private static readonly string s_framework = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public static string Configuration { get; } =
        Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    public static string Repository { get; } = FindRepository();

    /// <summary>A program that a project of the repository built.</summary>
    public static string Program(string project, string name)
    {
        string path = Path.Combine(Repository, project, "bin", Configuration, s_framework, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} is not built in {Configuration}.", path);
    }

    private static string FindRepository()
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
