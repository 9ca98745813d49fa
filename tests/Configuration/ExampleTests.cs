using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>The example configurations are valid.</summary>
public sealed class ExampleTests
{
    private static IEnumerable<string> Examples
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "Kafka.Modular.sln")))
            {
                at = at.Parent!;
            }

            return Directory.EnumerateFiles(Path.Combine(at.FullName, "ops", "examples"), "*.yaml").Order(StringComparer.Ordinal);
        }
    }

    [Test]
    public void An_example_is_valid([ValueSource(nameof(Examples))] string file) =>
        Assert.That(NodeConfiguration.Load([ConfigurationSource.ReadFile(file)]).Problems, Is.Empty);
}
