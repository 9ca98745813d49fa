namespace Kafka.Modular.Metadata.Tests;

/// <summary>Finds the protocol facts beside the repository, where they are there.</summary>
internal static class ReferenceData
{
    /// <summary>The rows of a CSV file as cells by column name; null, with a printed line, where the file is missing.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>>? Csv(string name)
    {
        var folder = Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE");
        for (var at = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is null && at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "reference");
            if (Directory.Exists(candidate))
                folder = candidate;
        }

        var path = folder is null ? null : Path.Combine(folder, name);
        if (path is null || !File.Exists(path))
        {
            TestContext.Out.WriteLine($"{name} is not here, nothing was compared");
            return null;
        }

        var lines = File.ReadAllLines(path);
        var columns = lines[0].Split(',');
        return
        [
            .. lines.Skip(1).Where(line => line.Length > 0).Select(line => (IReadOnlyDictionary<string, string>)columns
                .Zip(line.Split(','))
                .ToDictionary(cell => cell.First, cell => cell.Second, StringComparer.Ordinal)),
        ];
    }
}
