using System.Globalization;
using System.Text.RegularExpressions;

namespace Kafka.Modular.Architecture;

/// <summary>Files stand where somebody who knows the design looks for them.</summary>
public sealed partial class LayoutTests
{
    private static readonly string[] s_folders = ["host", "modules", "plugins", "schemas", "tests", "ops", "systemd"];

    private static readonly string[] s_files =
    [
        "Kafka.Modular.sln", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "SECURITY.md", "CHANGELOG.md",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "run", "test",
    ];

    [Test]
    public void The_top_level_holds_what_the_design_names_and_nothing_else()
    {
        IEnumerable<string> folders = Names(Directory.EnumerateDirectories(Repository.Root)).Except(s_folders);
        IEnumerable<string> files = Names(Directory.EnumerateFiles(Repository.Root)).Except(s_files);
        Offenders.None(
            folders.Concat(files).Where(name => !name.StartsWith('.') && !Repository.Products.Contains(name)),
            "does not belong at the top of the repository");
    }

    [Test]
    public void A_project_has_at_most_one_level_of_subfolders() =>
        Offenders.None(
            from project in Repository.Projects
            from file in Repository.Files(project.Folder)
            where file[(project.Folder.Length + 1)..].Count(character => character == '/') > 1
            select Path.GetDirectoryName(file)!,
            "is deeper than one folder below its project");

    [Test]
    public void Every_project_stands_one_folder_below_its_area() =>
        Offenders.None(
            from project in Repository.Projects
            where project.Folder.Count(character => character == '/') != 1
            where !Repository.Projects.Any(outer => outer != project && project.Folder.StartsWith(outer.Folder + "/", StringComparison.Ordinal))
            select project.File,
            "is not in <area>/<name>/");

    [Test]
    public void Every_module_has_a_test_project() =>
        Offenders.None(
            from project in Repository.Projects
            where project.Area == "modules"
            where !Repository.Projects.Any(test => test.File == $"tests/{project.Key}/Kafka.Modular.{project.Key}.Tests.csproj")
            select project.File,
            "has no project in tests/");

    [Test]
    public void Every_plugin_describes_itself() =>
        Offenders.None(
            from project in Repository.Projects
            where project.Area == "plugins" && Repository.Files(project.Folder).Any(file => file.EndsWith(".cs", StringComparison.Ordinal))
            where !File.Exists(Path.Combine(Repository.Root, project.Folder, "plugin.yaml"))
            select project.Folder,
            "has no plugin.yaml");

    [Test]
    public void A_message_schema_is_named_for_its_number_and_name() =>
        Offenders.None(
            from folder in new[] { "schemas/protocol", "schemas/records" }
            from file in Repository.Files(folder)
            where file.EndsWith(".kschema", StringComparison.Ordinal)
            where ExpectedName(file) is { } expected && SchemaPrefix().Replace(Path.GetFileNameWithoutExtension(file), "") != expected
            select $"{file} ({ExpectedName(file)})",
            "is not NNNN-Name.kschema of the message it declares");

    [Test]
    public void Scripts_can_be_executed()
    {
        string[] scripts = ["run", "test", ".ci/run", "ops/bench/start-time", "ops/bench/measure", "ops/packaging/publish"];
        Offenders.None(
            scripts.Where(script => !File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute)),
            "is not executable");
    }

    private static IEnumerable<string> Names(IEnumerable<string> paths) => paths.Select(path => Path.GetFileName(path));

    // A file's first declaration names its message: `api Fetch 1` belongs in 0001-Fetch, `data VotersRecord` in data-VotersRecord.
    private static string? ExpectedName(string file)
    {
        Match declaration = Declaration().Match(Repository.Read(file));
        if (!declaration.Success)
        {
            return null;
        }

        string number = declaration.Groups["key"].Success
            ? int.Parse(declaration.Groups["key"].Value, CultureInfo.InvariantCulture).ToString("0000-", CultureInfo.InvariantCulture)
            : "";
        return number + declaration.Groups["name"].Value;
    }

    // Records say which log they belong to before their number, as in metadata-0002-TopicRecord.
    [GeneratedRegex("^[a-z]+-")]
    private static partial Regex SchemaPrefix();

    [GeneratedRegex(@"^[a-z][a-z-]*[ ]+(?<name>[A-Z]\w*)([ ]+(?<key>\d+))?[ ]*$", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
