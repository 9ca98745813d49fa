using System.Text.Json;
using System.Xml.Linq;
using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Clients;

/// <summary>Which version of a client the tests run, as the page on clients says it.</summary>
internal static class ClientVersions
{
    public static string Of(string client) => client switch
    {
        // Debian's packages: what ./test installs on Debian 12. A later Debian brings later ones, and the page stays as it is.
        "kcat" => "1.7.1 (Debian 12, librdkafka 2.0.2)",
        "python3-kafka" => "2.0.2 (Debian 12)",
        "Confluent.Kafka" => OfNuGet(client),
        _ => OfNpm(client),
    };

    /// <summary>The version of a NuGet package that the solution uses.</summary>
    public static string OfNuGet(string package) =>
        XDocument.Load(Path.Combine(BuildOutput.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(version => version.Attribute("Include")?.Value == package).Attribute("Version")!.Value;

    private static string OfNpm(string package)
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(BuildOutput.Repository, "tests", "Conformance", "node", "package.json")));
        return manifest.RootElement.GetProperty("dependencies").GetProperty(package).GetString()!;
    }
}
