using System.Globalization;
using System.Text;

namespace Kafka.Modular.Bench.Security;

/// <summary>
/// Measures ways of doing the same by turns, so that whatever else the machine does meets all of them alike, and compares each repetition with the first way's of the
/// same turn.
/// </summary>
internal sealed class Contest(SecurityOptions options, TextWriter output)
{
    private static readonly CompositeFormat s_columns = CompositeFormat.Parse("{0,-34} {1,12} {2,22} {3,14} {4,8} {5,10}");

    public List<RatioResult> Results { get; } = [];

    /// <summary>Runs a group.</summary>
    /// <param name="group">Its name.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="contenders">The ways; the first is what the others are compared with.</param>
    public void Run(string group, string unit, IReadOnlyList<Contender> contenders)
    {
        if (!group.StartsWith(options.Only, StringComparison.Ordinal))
            return;
        foreach (var contender in contenders)
            contender.Measure(options.Duration / 2);
        var samples = contenders.Select(static _ => new List<Sample>()).ToArray();
        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            // There and back: who comes first meets another state of the machine than who comes last.
            for (var i = 0; i < contenders.Count; i++)
            {
                var turn = repetition % 2 == 0 ? i : contenders.Count - 1 - i;
                samples[turn].Add(contenders[turn].Measure(options.Duration));
            }
        }

        output.WriteLine();
        output.WriteLine(string.Format(CultureInfo.InvariantCulture, s_columns, group, unit + "/s", "(lowest to highest)", "broker ms/" + unit, "ratio", "CPU ratio"));
        for (var i = 0; i < contenders.Count; i++)
        {
            var own = samples[i];
            var result = new RatioResult(
                group,
                contenders[i].Name,
                unit,
                Median(own.Select(static s => s.PerSecond)),
                own.Min(static s => s.PerSecond),
                own.Max(static s => s.PerSecond),
                Median(own.Select(static s => s.CpuMs)),
                Median(own.Zip(samples[0], static (a, b) => a.PerSecond / b.PerSecond)),
                Median(own.Zip(samples[0], static (a, b) => a.CpuMs / b.CpuMs)));
            Results.Add(result);
            output.WriteLine(string.Format(
                CultureInfo.InvariantCulture, s_columns, result.Name, Number(result.PerSecond), $"({Number(result.Lowest)} to {Number(result.Highest)})", Number(result.CpuMs), Ratio(result.Ratio), Ratio(result.CpuRatio)));
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : "0.000", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
