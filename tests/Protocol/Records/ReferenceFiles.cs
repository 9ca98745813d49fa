namespace Kafka.Modular.Protocol.Tests.Records;

/// <summary>Finds the reference facts beside the repository, or where KAFKA_MODULAR_REFERENCE says.</summary>
internal static class ReferenceFiles
{
    public static string? Find(string relative)
    {
        if (Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE") is { Length: > 0 } given)
            return Existing(Path.Combine(given, relative));
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (Existing(Path.Combine(directory.FullName, "shared", "reference", relative)) is { } found)
                return found;
        }

        return null;
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
