using System.Reflection;

namespace Kafka.Modular.Server.Tests.Plugins;

/// <summary>The plugins as the build left them, and copies of them for a test to spoil.</summary>
internal sealed class PluginFolders : IDisposable
{
    /// <summary>The repository this test was built in.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Configuration { get; } =
        typeof(PluginFolders).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Release";

    /// <summary>Where a build gathers all plugins.</summary>
    public static string Built { get; } = Path.Combine(Repository, "host", "Cli", "bin", Configuration, "net10.0", "plugins");

    public string Root { get; } = Directory.CreateTempSubdirectory("kafka-modular-test-").FullName;

    public string Plugins => Path.Combine(Root, "plugins");

    public string Private => Path.Combine(Root, "private");

    public string Folder(string name) => Path.Combine(Plugins, name);

    public string Manifest(string name) => Path.Combine(Folder(name), "plugin.yaml");

    /// <summary>Copies built plugins, all or some.</summary>
    public PluginFolders Copy(params string[] names)
    {
        foreach (var name in names.Length > 0 ? names : [.. Directory.GetDirectories(Built).Select(path => Path.GetFileName(path))])
        {
            Directory.CreateDirectory(Folder(name));
            foreach (var file in Directory.GetFiles(Path.Combine(Built, name)))
                File.Copy(file, Path.Combine(Folder(name), Path.GetFileName(file)));
        }

        return this;
    }

    public void Replace(string name, string old, string replacement)
        => File.WriteAllText(Manifest(name), File.ReadAllText(Manifest(name)).Replace(old, replacement, StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Kafka.Modular.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("Not inside the repository.");
        return directory.FullName;
    }
}
