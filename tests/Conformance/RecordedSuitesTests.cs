using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance;

/// <summary>
/// How other clients' own suites came out, as the scripts of this folder wrote it down: none fails, and what waits for an API waits for one that the broker
/// does not serve. Once it serves it, the suite is to be run again.
/// </summary>
[Category("real")]
public sealed partial class RecordedSuitesTests
{
    private static readonly string[] s_records = ["librdkafka.json", "librdkafka-sasl-ssl.json", "kafkajs.json", "kafka-python.json"];

    [TestCaseSource(nameof(s_records))]
    public void No_test_of_the_suite_fails(string record)
    {
        Dictionary<string, string> tests = Read(record);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tests, Is.Not.Empty);
            Assert.That(tests.Where(static test => test.Value == "fail").Select(static test => test.Key), Is.Empty);
            Assert.That(tests.Values.Where(static result => result is not ("pass" or "skipped") && !Need().IsMatch(result)), Is.Empty);
        }
    }

    [Test]
    public async Task What_waits_for_an_api_waits_for_one_that_the_broker_does_not_serve()
    {
        await using BrokerProcess broker = new();
        await broker.StartAsync();
        await using ChildProcess versions = ChildProcess.Start(
            "api-versions", BuildOutput.Program("host/Cli", "kafka-modular"), ["api-versions", "--bootstrap-server", broker.Bootstrap]);
        int exitCode = await versions.ExitAsync(TimeSpan.FromSeconds(30));
        Assert.That(exitCode, Is.Zero, versions.Output);
        HashSet<int> served = [.. Served().Matches(versions.Output).Select(static match => Number(match.Groups[1].Value))];
        Assert.That(served, Does.Contain(18));
        Assert.That(
            s_records.SelectMany(static record => Read(record)).Where(test => Need().Match(test.Value) is { Success: true } need && served.Contains(Number(need.Groups[1].Value))),
            Is.Empty);
    }

    private static Dictionary<string, string> Read(string record)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(BuildOutput.Repository, "tests", "Conformance", record)));
        return json.RootElement.GetProperty("tests").EnumerateArray()
            .Select((test, number) => (Name: $"{record}, {number}: {test.GetProperty("name").GetString()}", Result: test.GetProperty("result").GetString()!))
            .ToDictionary(static test => test.Name, static test => test.Result, StringComparer.Ordinal);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^needs (\d+) \w+$")]
    private static partial Regex Need();

    [GeneratedRegex(@"\((\d+)\): \d")]
    private static partial Regex Served();
}
