using System.Globalization;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>What was found wrong with indexes and offsets; it is said at the end, as Kafka's tool does.</summary>
internal sealed class IndexProblems
{
    private readonly SortedDictionary<string, List<(long Index, long Log)>> _mismatches = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<(long Index, long Log)>> _wrongTimes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<(long Index, long Previous)>> _unordered = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<(long Index, long Log)>> _notFound = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<(long First, long Second)>> _gaps = new(StringComparer.Ordinal);

    public void OffsetMismatch(string file, long index, long log) => Add(_mismatches, file, (index, log));

    public void TimeMismatch(string file, long index, long log) => Add(_wrongTimes, file, (index, log));

    public void TimeOutOfOrder(string file, long index, long previous) => Add(_unordered, file, (index, previous));

    public void OffsetNotFound(string file, long index, long log) => Add(_notFound, file, (index, log));

    public void NotConsecutive(string file, long first, long second) => Add(_gaps, file, (first, second));

    /// <summary>Writes all of it.</summary>
    public void Write(TextWriter writer)
    {
        Write(writer, _mismatches, static file => $"Mismatches in :{file}", static (index, log) => Line($"  Index offset: {index}, log offset: {log}"));
        Write(writer, _wrongTimes, static file => $"Found timestamp mismatch in :{file}", static (index, log) => Line($"  Index timestamp: {index}, log timestamp: {log}"));
        Write(writer, _unordered, static file => $"Found out of order timestamp in :{file}", static (index, previous) => Line($"  Index timestamp: {index}, Previously indexed timestamp: {previous}"));
        Write(writer, _notFound, static _ => "The following indexed offsets are not found in the log.", static (index, log) => Line($"Indexed offset: {index}, found log offset: {log}"));
        Write(writer, _gaps, static file => $"Non-consecutive offsets in {file}", static (first, second) => Line($"  {first} is followed by {second}"));
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void Add(SortedDictionary<string, List<(long, long)>> problems, string file, (long, long) pair)
    {
        var path = Path.GetFullPath(file);
        if (!problems.TryGetValue(path, out var list))
            problems[path] = list = [];
        list.Add(pair);
    }

    private static void Write(TextWriter writer, SortedDictionary<string, List<(long, long)>> problems, Func<string, string> head, Func<long, long, string> line)
    {
        foreach (var (file, list) in problems)
        {
            writer.WriteLine(head(file));
            foreach (var (first, second) in list)
                writer.WriteLine(line(first, second));
        }
    }
}
