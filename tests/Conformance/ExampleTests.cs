using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance;

/// <summary>The example configurations that operators start from are valid.</summary>
[Category("real")]
public sealed class ExampleTests
{
    private static string Folder => Path.Combine(BuildOutput.Repository, "ops", "examples");

    public static IEnumerable<string> Examples => Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Examples))]
    public async Task The_example_passes_the_check(string example)
    {
        string program = BuildOutput.Program("host/Cli", "kafka-modular");
        await using ChildProcess check = ChildProcess.Start("config check", program, ["config", "check", "--config", Path.Combine(Folder, example)]);
        int exitCode = await check.ExitAsync(TimeSpan.FromSeconds(30));
        Assert.That(exitCode, Is.Zero, check.Output);
    }
}
