namespace Kafka.Modular.Fuzz.Tests.Frame;

/// <summary>The committed inputs of a target.</summary>
internal static class FuzzCorpus
{
    /// <summary>All inputs, each with the place where it stands.</summary>
    public static List<(string Place, byte[] Input)> Load(FuzzTarget target)
    {
        var inputs = new List<(string, byte[])>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Corpus"), $"{target.Name}.*").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            switch (Path.GetExtension(path))
            {
                case ".hex":
                    inputs.AddRange(Lines(path).Select(line => ($"{name}:{line.Number}", Convert.FromHexString(line.Text))));
                    break;
                case ".txt":
                    inputs.AddRange(Lines(path).Select(line => ($"{name}:{line.Number}", target.Parse(line.Text))));
                    break;
                default:
                    inputs.Add((name, File.ReadAllBytes(path)));
                    break;
            }
        }

        return inputs;
    }

    private static IEnumerable<(int Number, string Text)> Lines(string path) => File.ReadLines(path)
        .Select((line, index) => (Number: index + 1, Text: line.Trim()))
        .Where(line => line.Text.Length > 0 && line.Text[0] != '#');
}
