namespace Kafka.Modular.Client.Tests;

/// <summary>Facts of the protocol that stand beside the repository, where they do.</summary>
internal static class Reference
{
    public static string? Find(string file)
    {
        var given = Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE");
        if (given is not null && File.Exists(Path.Combine(given, file)))
        {
            return Path.Combine(given, file);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "reference", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
