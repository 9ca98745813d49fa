using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Kafka.Modular.Architecture;

/// <summary>Clocks, randomness and threads are injected everywhere but where they come from.</summary>
public sealed partial class BannedSymbolTests
{
    [Test]
    public void Only_Core_the_host_and_build_tools_may_touch_the_real_clock() =>
        Offenders.None(
            from project in Repository.Projects
            where project.AllowsRealTime && project.Area is not ("host" or "tests" or "schemas" or "ops") && project.Key != "Core"
            select project.File,
            "sets AllowsRealTime");

    [Test]
    public void The_list_of_banned_symbols_is_given_to_every_other_project()
    {
        XElement list = Repository.ReadXml("Directory.Build.targets").Descendants("AdditionalFiles").Single();
        Assert.That(list.Attribute("Include")?.Value, Is.EqualTo("$(RepositoryRoot)tests/Architecture/BannedSymbols.txt"));
        Assert.That(list.Attribute("Condition"), Is.Null);
        Assert.That(list.Parent?.Attribute("Condition")?.Value, Is.EqualTo("'$(AllowsRealTime)' != 'true'"));
        Assert.That(
            Repository.ReadXml("Directory.Build.props").Descendants("PackageReference").Select(package => package.Attribute("Include")?.Value),
            Does.Contain("Microsoft.CodeAnalysis.BannedApiAnalyzers"));
        Assert.That(
            Repository.ReadXml("Directory.Build.props").Descendants("TreatWarningsAsErrors").Select(element => element.Value),
            Is.EqualTo(["true"]));
    }

    [Test]
    public void The_list_names_clocks_randomness_and_threads()
    {
        string[] symbols = [.. File.ReadLines(Path.Combine(Repository.Root, "tests/Architecture/BannedSymbols.txt")).Select(line => line.Split(';')[0])];
        Assert.That(
            symbols,
            Is.SupersetOf(
            [
                "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow",
                "P:System.Random.Shared", "M:System.Random.#ctor", "M:System.Threading.Thread.Sleep(System.Int32)",
                "M:System.Threading.Tasks.Task.Run(System.Action)",
            ]));
    }

    [Test]
    public void Folders_between_the_root_and_a_project_pass_the_root_settings_on()
    {
        Offenders.None(
            from file in Repository.Files()
            where file.EndsWith("/Directory.Build.props", StringComparison.Ordinal) || file.EndsWith("/Directory.Build.targets", StringComparison.Ordinal)
            where !Repository.ReadXml(file).Descendants("Import").Any(import => import.Attribute("Project")?.Value == $"../{Path.GetFileName(file)}")
            select file,
            "does not import the one above it");
    }

    [Test]
    public void Nobody_turns_the_analyzers_off()
    {
        Offenders.None(
            from file in Repository.Files()
            where !file.StartsWith("tests/Architecture/", StringComparison.Ordinal)
            where TurnsOff().IsMatch(Repository.Read(file))
            select file,
            "turns the banned-symbol analyzer or all analyzers off");
    }

    [GeneratedRegex(@"RS0030|RunAnalyzers(DuringBuild)?\s*>\s*false|#pragma warning disable\s*($|//)", RegexOptions.Multiline)]
    private static partial Regex TurnsOff();
}
