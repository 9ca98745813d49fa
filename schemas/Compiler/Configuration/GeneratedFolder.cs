using System.Text;

namespace Kafka.Modular.Schemas.Compiler.Configuration;

/// <summary>A folder of generated files: writes only what changed, so that nothing is compiled in vain, and deletes what it no longer owns.</summary>
internal sealed class GeneratedFolder(string path)
{
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    /// <summary>Writes one file if its text differs.</summary>
    public void Write(string name, string text)
    {
        Directory.CreateDirectory(path);
        written.Add(name);
        WriteIfChanged(Path.Combine(path, name), text);
    }

    /// <summary>Deletes the generated files that were not written this time.</summary>
    public void DeleteOthers()
    {
        foreach (var file in Directory.EnumerateFiles(path, "*.g.cs"))
        {
            if (!written.Contains(Path.GetFileName(file)))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Writes a file if its text differs.</summary>
    public static void WriteIfChanged(string file, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (!File.Exists(file) || !File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes))
        {
            File.WriteAllBytes(file, bytes);
        }
    }
}
