using System.Text.RegularExpressions;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>The example configurations are valid, and so is what the pages add to them.</summary>
public sealed partial class ExampleTests
{
    private static string Operations
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "Kafka.Modular.sln")))
            {
                at = at.Parent!;
            }

            return Path.Combine(at.FullName, "ops");
        }
    }

    private static IEnumerable<string> Examples => Directory.EnumerateFiles(Path.Combine(Operations, "examples"), "*.yaml").Order(StringComparer.Ordinal);

    [Test]
    public void An_example_is_valid([ValueSource(nameof(Examples))] string file) =>
        Assert.That(NodeConfiguration.Load([ConfigurationSource.ReadFile(file)]).Problems, Is.Empty);

    // Whoever follows the page has nothing to add.
    [Test]
    public void What_the_page_on_logging_in_puts_into_the_example_of_a_node_is_valid()
    {
        var page = File.ReadAllText(Path.Combine(Operations, "docs", "authentication.md"));
        var example = File.ReadAllText(Path.Combine(Operations, "examples", "single-node.yaml"));
        var merged = ListenersAndProtocols().Replace(example, "") + FirstYaml().Match(page).Groups["yaml"].Value;
        Assert.That(merged, Does.Contain("SASL_SSL://:9094").And.Not.Contain("PLAINTEXT://:9092"));

        var file = Path.Combine(Directory.CreateTempSubdirectory("kafka-modular-example-").FullName, "server.yaml");
        try
        {
            File.WriteAllText(file, merged);
            Assert.That(NodeConfiguration.Load([ConfigurationSource.ReadFile(file)]).Problems, Is.Empty);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [GeneratedRegex(@"^listeners:\n(  - .*\n)+|^listener\.security\.protocol\.map:.*\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ListenersAndProtocols();

    [GeneratedRegex(@"```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstYaml();
}
