using System.Xml.Linq;

namespace Kafka.Modular.Architecture;

/// <summary>The reference table holds, and every project is where the solution can see it.</summary>
public sealed class ReferenceTests
{
    [Test]
    public void Every_project_has_a_row_in_the_reference_table() =>
        Offenders.None(
            Repository.Projects.Where(project => !ReferenceTable.Knows(project)).Select(project => project.File),
            "has no row in ReferenceTable");

    [Test]
    public void A_project_references_only_what_its_row_names() =>
        Offenders.None(
            from project in Repository.Projects
            from reference in project.References
            where !ReferenceTable.Allows(project, reference)
            select $"{project.File} -> {reference}",
            "is not in its row of ReferenceTable");

    [Test]
    public void A_project_asks_only_for_the_schema_compiler_or_plugins_to_be_built_first() =>
        Offenders.None(
            from project in Repository.Projects
            from reference in project.BuildsFirst
            where !ReferenceTable.AllowsBuildOrder(project, reference)
            select $"{project.File} -> {reference}",
            "is a build order that ReferenceTable does not allow");

    [Test]
    public void No_module_references_a_plugin() =>
        Offenders.None(
            from project in Repository.Projects
            where project.Area == "modules"
            from reference in project.References.Concat(project.BuildsFirst)
            where reference.StartsWith("plugins/", StringComparison.Ordinal)
            select $"{project.File} -> {reference}",
            "is a module that knows a plugin");

    [Test]
    public void A_plugin_compiles_against_the_contracts_and_ships_no_copy_of_them()
    {
        XElement[] references = [.. Repository.ReadXml("plugins/Directory.Build.targets").Descendants("ProjectReference")];
        Assert.That(references.Select(reference => reference.Attribute("Include")?.Value), Is.All.EndsWith("modules/Spi/Kafka.Modular.Spi.csproj"));
        Assert.That(references.Select(reference => reference.Attribute("Private")?.Value), Is.EqualTo(["false"]));
        Assert.That(references.Select(reference => reference.Attribute("ExcludeAssets")?.Value), Is.EqualTo(["runtime"]));
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        string solution = Repository.Read("Kafka.Modular.sln").Replace('\\', '/');
        Offenders.None(
            Repository.Projects.Where(project => project.Area != "ops" && !solution.Contains($"\"{project.File}\"", StringComparison.Ordinal))
                .Select(project => project.File),
            "is not in Kafka.Modular.sln");
    }

    [Test]
    public void The_solution_names_only_projects_that_exist()
    {
        string[] named = [.. Repository.Read("Kafka.Modular.sln").Replace('\\', '/').Split('"').Where(part => part.EndsWith(".csproj", StringComparison.Ordinal))];
        Assert.That(named, Is.Not.Empty);
        Offenders.None(named.Except(Repository.Projects.Select(project => project.File)), "is in Kafka.Modular.sln but not on disk");
    }

    [Test]
    public void A_project_is_named_for_its_folder() =>
        Offenders.None(
            from project in Repository.Projects
            where project.Area is "modules" or "plugins" or "host"
            where project.File != $"{project.Folder}/Kafka.Modular.{Path.GetFileName(project.Folder)}.csproj"
            select project.File,
            "is not named Kafka.Modular.<folder>");

    [Test]
    public void Package_versions_stand_in_one_file_and_are_exact()
    {
        Offenders.None(
            from project in Repository.Projects
            from package in Repository.ReadXml(project.File).Descendants("PackageReference")
            where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
            select $"{project.File}: {package.Attribute("Include")?.Value}",
            "names a version; versions belong in Directory.Packages.props");
        Offenders.None(
            Repository.ReadXml("Directory.Packages.props").Descendants("PackageVersion")
                .Where(package => (package.Attribute("Version")?.Value ?? "*").AsSpan().ContainsAny("*[](),"))
                .Select(package => package.Attribute("Include")?.Value ?? "?"),
            "has no exact version");
    }
}
