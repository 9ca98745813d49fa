using System.Xml.Linq;

namespace Kafka.Modular.Architecture;

/// <summary>A project file and what it says of its references.</summary>
/// <param name="File">The project file, relative to the root, with forward slashes.</param>
/// <param name="References">The projects whose assemblies it compiles against, by key.</param>
/// <param name="BuildsFirst">The projects it only wants built before it (<c>ReferenceOutputAssembly</c> is false), by key.</param>
/// <param name="AllowsRealTime">Whether it says that the banned symbols do not bind it.</param>
internal sealed record Project(string File, IReadOnlyList<string> References, IReadOnlyList<string> BuildsFirst, bool AllowsRealTime)
{
    /// <summary>The folder of the project, relative to the root.</summary>
    public string Folder => Path.GetDirectoryName(File)!.Replace('\\', '/');

    /// <summary>The top-level folder it stands in.</summary>
    public string Area => File[..File.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>How the reference table names it: a module by its bare name, anything else by its folder.</summary>
    public string Key => KeyOf(Folder);

    /// <summary>Reads a project file named relative to the root.</summary>
    public static Project Read(string file)
    {
        XDocument document = Repository.ReadXml(file);
        string folder = Path.GetDirectoryName(file)!;
        ILookup<bool, string> references = document.Descendants("ProjectReference")
            .Where(reference => reference.Attribute("Include") is not null)
            .ToLookup(IsAssemblyReference, reference => KeyOf(Relative(folder, reference.Attribute("Include")!.Value)));
        bool allowsRealTime = document.Descendants("AllowsRealTime").Any(element => element.Value == "true");
        return new Project(file, [.. references[true]], [.. references[false]], allowsRealTime);
    }

    private static bool IsAssemblyReference(XElement reference) =>
        (reference.Attribute("ReferenceOutputAssembly")?.Value ?? reference.Element("ReferenceOutputAssembly")?.Value) != "false";

    private static string KeyOf(string folder) =>
        folder.StartsWith("modules/", StringComparison.Ordinal) ? folder["modules/".Length..] : folder;

    private static string Relative(string folder, string include)
    {
        string path = include.Replace('\\', '/').Replace("$(RepositoryRoot)", Repository.Root + "/", StringComparison.Ordinal);
        string full = Path.GetFullPath(path, Path.Combine(Repository.Root, folder));
        return Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(full)!).Replace('\\', '/');
    }
}
