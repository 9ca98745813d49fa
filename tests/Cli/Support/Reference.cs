namespace Kafka.Modular.Cli.Tests.Support;

/// <summary>Files of the reference that lies beside the repository on machines that have it.</summary>
internal static class Reference
{
    /// <summary>The path of a file; null where the reference is missing.</summary>
    public static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE") is { Length: > 0 } root)
            return Existing(Path.Combine(root, name));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "reference", name)) is { } path)
                return path;
        }

        return null;
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
