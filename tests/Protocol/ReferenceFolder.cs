namespace Kafka.Modular.Protocol.Tests;

/// <summary>Finds the facts about the protocol that stand beside the repository, where they are.</summary>
internal static class ReferenceFolder
{
    /// <summary>The folder, or null.</summary>
    public static string? Path { get; } = Find();

    /// <summary>A file in it, or null.</summary>
    public static string? File(params string[] names)
    {
        string? path = Path is null ? null : System.IO.Path.Combine([Path, .. names]);
        return System.IO.File.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE") is { Length: > 0 } given)
        {
            return Directory.Exists(given) ? given : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, "shared", "reference");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
