namespace Kafka.Modular.Schemas.Compiler.Emit;

/// <summary>
/// The folder of generated files. Files whose text is unchanged keep their time, so that nothing downstream is rebuilt; generated files that are no
/// longer wanted are deleted.
/// </summary>
internal sealed class OutputFolder(string folder)
{
    private const string Suffix = ".g.cs";
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    /// <summary>How many files were new or changed.</summary>
    public int Changed { get; private set; }

    /// <summary>How many files were deleted.</summary>
    public int Deleted { get; private set; }

    /// <summary>Writes one file, if its text differs from what is there.</summary>
    public void Write(string name, string text)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name + Suffix);
        written.Add(name + Suffix);
        if (File.Exists(path) && File.ReadAllText(path) == text)
        {
            return;
        }

        File.WriteAllText(path, text);
        Changed++;
    }

    /// <summary>Deletes generated files that were not written this time.</summary>
    public void DeleteOthers()
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string path in Directory.EnumerateFiles(folder, "*" + Suffix).Where(path => !written.Contains(Path.GetFileName(path))).ToList())
        {
            File.Delete(path);
            Deleted++;
        }
    }
}
