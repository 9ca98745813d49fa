using System.Text;
using System.Text.RegularExpressions;
using Kafka.Modular.Telemetry.Catalog;

namespace Kafka.Modular.Telemetry.Tests;

/// <summary>The page on metrics, the dashboard and the alerts tell of the metrics that there are. <c>KAFKA_MODULAR_WRITE_DOCS=1</c> writes the page's tables anew.</summary>
public sealed partial class DocumentationTests
{
    private const string Marker = "<!-- what follows is written from the catalog -->\n";

    private static readonly string s_operations = FindOperations();

    [Test]
    public void The_page_on_metrics_has_every_metric()
    {
        var file = Path.Combine(s_operations, "docs", "metrics.md");
        var text = File.ReadAllText(file);
        var expected = text[..(text.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length)] + Tables();
        if (Environment.GetEnvironmentVariable("KAFKA_MODULAR_WRITE_DOCS") is "1")
            File.WriteAllText(file, text = expected);
        Assert.That(text, Is.EqualTo(expected));
    }

    [TestCase("dashboards/kafka-modular.json")]
    [TestCase("alerts/kafka-modular.rules.yml")]
    public void Dashboard_and_alerts_ask_for_metrics_that_there_are(string file)
    {
        var names = MetricCatalog.All.SelectMany(static metric => metric.Kind == MetricKind.Summary
            ? [metric.Name, metric.Name + "_sum", metric.Name + "_count"]
            : new[] { metric.Name }).ToHashSet(StringComparer.Ordinal);
        var used = MetricName().Matches(File.ReadAllText(Path.Combine(s_operations, file))).Select(static match => match.Value).Distinct(StringComparer.Ordinal).ToArray();
        Assert.That(used, Has.Length.GreaterThan(10));
        Assert.That(used.Where(name => !names.Contains(name)), Is.Empty);
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        foreach (var (subject, metrics) in MetricCatalog.Subjects)
        {
            text.Append($"\n## {subject}\n\n| name | kind | labels | what it tells | in JMX |\n| --- | --- | --- | --- | --- |\n");
            foreach (var metric in metrics)
            {
                text.Append(
                    $"| `{metric.Name}` | {metric.Kind.ToString().ToLowerInvariant()} | {string.Join(", ", metric.Labels.Select(static label => $"`{label}`"))} | {metric.Help} | "
                    + $"{(metric.Jmx is null ? "" : $"`{metric.Jmx}`")} |\n");
            }
        }

        return text.ToString();
    }

    private static string FindOperations()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Kafka.Modular.sln")))
                return Path.Combine(folder, "ops");
        }

        throw new InvalidOperationException("The repository is not above the tests.");
    }

    [GeneratedRegex(@"\b(kafka|process|dotnet|jvm)_[a-z0-9_]+")]
    private static partial Regex MetricName();
}
