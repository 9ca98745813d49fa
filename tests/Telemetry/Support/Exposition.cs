using System.Globalization;
using System.Text.RegularExpressions;

namespace Kafka.Modular.Telemetry.Tests.Support;

/// <summary>
/// A page in Prometheus' text format (0.0.4), read as strictly as promtool does: known lines alone, HELP and TYPE once and before the samples of their family, families in one
/// piece, no series twice, values that are numbers, and the page ends with a line feed.
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _helped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private string _family = "";

    public Exposition(string page)
    {
        Assert.That(page, Does.EndWith("\n"));
        foreach (var line in page.Split('\n')[..^1])
            Read(line);
    }

    /// <summary>Values by series as written: name and labels.</summary>
    public Dictionary<string, double> Series { get; } = new(StringComparer.Ordinal);

    /// <summary>Families that have samples, with their type.</summary>
    public IReadOnlyDictionary<string, string> Families => _types;

    /// <summary>The value of a series, or null where the page has none.</summary>
    public double? Value(string series) => Series.TryGetValue(series, out var value) ? value : null;

    private void Read(string line)
    {
        var head = HeadLine().Match(line);
        if (head.Success)
        {
            ReadHead(head, line);
            return;
        }

        var sample = SampleLine().Match(line);
        Assert.That(sample.Success, line);
        var name = sample.Groups["name"].Value;
        var type = _types[_family];
        var expected = type == "summary" ? [_family, _family + "_sum", _family + "_count"] : new[] { _family };
        Assert.That(expected, Does.Contain(name), line);
        var labels = sample.Groups["label"].Captures.Select(static capture => capture.Value).ToArray();
        Assert.That(labels, Is.Unique, line);
        Assert.That(type == "summary" || !labels.Contains("quantile"), line);
        Assert.That(double.TryParse(sample.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value), line);
        Assert.That(type != "counter" || value >= 0, line);
        Assert.That(Series.TryAdd(name + sample.Groups["labels"].Value, value), $"twice: {line}");
    }

    private void ReadHead(Match head, string line)
    {
        var name = head.Groups["name"].Value;
        if (head.Groups["kind"].Value == "HELP")
        {
            Assert.That(_helped.Add(name), line);
            _ended.Add(_family);
            Assert.That(_ended, Does.Not.Contain(name), line);
            _family = name;
            return;
        }

        Assert.That(name, Is.EqualTo(_family), line);
        Assert.That(new[] { "gauge", "counter", "summary" }, Does.Contain(head.Groups["text"].Value), line);
        Assert.That(_types.TryAdd(name, head.Groups["text"].Value), line);
    }

    [GeneratedRegex(@"^# (?<kind>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.+)$")]
    private static partial Regex HeadLine();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{((^|,|(?<=\{))(?<label>[a-zA-Z_][a-zA-Z0-9_]*)=""([^""\\]|\\[\\n""])*"")+\})? (?<value>\S+)$")]
    private static partial Regex SampleLine();
}
