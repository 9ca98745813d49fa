using System.Globalization;
using System.Xml;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Cli.Groups;

/// <summary><c>kafka-consumer-groups --reset-offsets</c> (KIP-122).</summary>
internal sealed class OffsetReset
{
    private readonly ToolCall _call;
    private readonly AdminSession _session;

    private OffsetReset(ToolCall call, AdminSession session)
    {
        _call = call;
        _session = session;
    }

    public static async Task<int> RunAsync(ToolCall call, AdminSession session)
    {
        var reset = new OffsetReset(call, session);
        var plan = new SortedDictionary<string, SortedDictionary<(string Topic, int Partition), long>>(StringComparer.Ordinal);
        var failed = false;
        foreach (var group in await ConsumerGroupsTool.GroupsAsync(call, session))
        {
            var state = await reset.StateAsync(group);
            plan[group] = [];
            if (state is "Empty" or "Dead")
            {
                foreach (var (partition, offset) in await reset.ResetAsync(group))
                    plan[group][(partition.Topic, partition.Partition)] = offset;
            }
            else
            {
                ConsumerGroupsTool.WriteError(call.Out, $"Assignments can only be reset if the group '{group}' is inactive, but the current state is {state}.");
                failed = true;
            }
        }

        reset.Write(plan);
        return failed ? ExitCodes.Failed : ExitCodes.Done;
    }

    private void Write(SortedDictionary<string, SortedDictionary<(string Topic, int Partition), long>> plan)
    {
        var rows = plan.SelectMany(static group => group.Value.Select(entry => (Group: group.Key, entry.Key.Topic, entry.Key.Partition, Offset: entry.Value))).ToList();
        if (_call.Options.IsJson)
        {
            var table = new OutputTable("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET");
            foreach (var row in rows)
                table.Add(row.Group, row.Topic, row.Partition, row.Offset);
            table.WriteJson(_call.Out);
            return;
        }

        if (_call.Options.Has("export"))
        {
            var isOne = _call.Options.Values("group").Count == 1;
            foreach (var row in rows)
                _call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isOne ? "" : $"{row.Group},")}{row.Topic},{row.Partition},{row.Offset}"));
            _call.Out.WriteLine();
            return;
        }

        var group = plan.Keys.Select(static name => name.Length).Append(15).Max();
        var topic = rows.Select(static row => row.Topic.Length).Append(15).Max();
        _call.Out.Write($"\n{"GROUP".PadRight(group)} {"TOPIC".PadRight(topic)} {"PARTITION",-10} NEW-OFFSET");
        foreach (var row in rows)
            _call.Out.Write(string.Create(CultureInfo.InvariantCulture, $"\n{row.Group.PadRight(group)} {row.Topic.PadRight(topic)} {row.Partition,-10} {row.Offset}"));
        _call.Out.WriteLine();
    }

    private async Task<string> StateAsync(string group)
    {
        try
        {
            return (await GroupReads.DescribeAsync(_session, group)).State;
        }
        catch (KafkaClientException fault) when (fault.Code == ErrorCode.GroupIdNotFound)
        {
            return "Dead";
        }
    }

    private async Task<IReadOnlyDictionary<TopicPartition, long>> ResetAsync(string group)
    {
        var options = _call.Options;
        IReadOnlyDictionary<TopicPartition, CommittedOffset> committed = options.Count("all-topics", "shift-by", "to-current") > 0
            ? await CommittedOrNoneAsync(group)
            : new Dictionary<TopicPartition, CommittedOffset>();
        IReadOnlyCollection<TopicPartition> partitions = options.Has("all-topics") ? [.. committed.Keys] : await TopicArguments.PartitionsAsync(_session, options.Values("topic"));
        var offsets = await OffsetsAsync(group, partitions, committed);
        if (options.Has("execute"))
            await GroupReads.CommitAsync(_session, group, offsets);
        return offsets;
    }

    private async Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> CommittedOrNoneAsync(string group)
    {
        try
        {
            return await GroupReads.CommittedAsync(_session, group);
        }
        catch (KafkaClientException fault) when (fault.Code == ErrorCode.GroupIdNotFound)
        {
            return new Dictionary<TopicPartition, CommittedOffset>();
        }
    }

    private async Task<IReadOnlyDictionary<TopicPartition, long>> OffsetsAsync(
        string group, IReadOnlyCollection<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, CommittedOffset> committed)
    {
        var options = _call.Options;
        if (options.Int64("to-offset") is { } offset)
            return await WithinRangeAsync(partitions.ToDictionary(static partition => partition, _ => offset));
        if (options.Has("to-earliest"))
            return await OffsetReads.ReadAsync(_session, partitions, OffsetReads.Earliest);
        if (options.Has("to-latest"))
            return await OffsetReads.ReadAsync(_session, partitions, OffsetReads.Latest);
        if (options.Int64("shift-by") is { } shift)
            return await WithinRangeAsync(partitions.ToDictionary(static partition => partition, partition => Shift(partition, committed, shift)));
        if (options.Value("to-datetime") is { } date)
            return await AtAsync(partitions, ReadDate(date));
        if (options.Value("by-duration") is { } duration)
            return await AtAsync(partitions, TimeProvider.System.GetUtcNow() - ReadDuration(duration));
        if (options.Value("from-file") is { } file)
            return await WithinRangeAsync(ReadPlan(file, group));
        return await CurrentAsync(partitions, committed);
    }

    private static long Shift(TopicPartition partition, IReadOnlyDictionary<TopicPartition, CommittedOffset> committed, long shift) =>
        committed.TryGetValue(partition, out var current)
            ? current.Offset + shift
            : throw new UsageException($"Cannot shift offset for partition {partition.Topic}-{partition.Partition} since there is no current committed offset");

    private async Task<IReadOnlyDictionary<TopicPartition, long>> CurrentAsync(
        IReadOnlyCollection<TopicPartition> partitions, IReadOnlyDictionary<TopicPartition, CommittedOffset> committed)
    {
        var offsets = new Dictionary<TopicPartition, long>(await OffsetReads.ReadAsync(_session, [.. partitions.Where(partition => !committed.ContainsKey(partition))], OffsetReads.Latest));
        foreach (var partition in partitions.Where(committed.ContainsKey))
            offsets[partition] = committed[partition].Offset;
        return offsets;
    }

    private async Task<IReadOnlyDictionary<TopicPartition, long>> AtAsync(IReadOnlyCollection<TopicPartition> partitions, DateTimeOffset time)
    {
        var offsets = new Dictionary<TopicPartition, long>(await OffsetReads.ReadAsync(_session, partitions, time.ToUnixTimeMilliseconds()));
        TopicPartition[] none = [.. offsets.Where(static pair => pair.Value < 0).Select(static pair => pair.Key)];
        foreach (var (partition, end) in await OffsetReads.ReadAsync(_session, none, OffsetReads.Latest))
        {
            (_call.Options.IsJson ? _call.Console.Error : _call.Out).WriteLine($"\nWarn: Partition {partition.Partition} from topic {partition.Topic} is empty. Falling back to latest known offset.");
            offsets[partition] = end;
        }

        return offsets;
    }

    // An offset before the beginning of the log becomes its beginning, one behind the end its end.
    private async Task<IReadOnlyDictionary<TopicPartition, long>> WithinRangeAsync(Dictionary<TopicPartition, long> asked)
    {
        var starts = await OffsetReads.ReadAsync(_session, asked.Keys, OffsetReads.Earliest);
        var ends = await OffsetReads.ReadAsync(_session, asked.Keys, OffsetReads.Latest);
        var offsets = new Dictionary<TopicPartition, long>();
        foreach (var (partition, offset) in asked)
        {
            var end = ends.GetValueOrDefault(partition, long.MaxValue);
            var start = starts.GetValueOrDefault(partition, 0);
            offsets[partition] = Math.Clamp(offset, start, end);
            if (offsets[partition] != offset)
            {
                _call.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"WARN New offset ({offset}) is {(offset > end ? "higher than latest" : "lower than earliest")} offset for topic partition {partition.Topic}-{partition.Partition}. Value will be set to {offsets[partition]}"));
            }
        }

        return offsets;
    }

    private static DateTimeOffset ReadDate(string text) =>
        text.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new ToolException($"Error parsing timestamp {text}: expected ISO 8601, as 2026-01-31T12:00:00.000");

    private static TimeSpan ReadDuration(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            throw new ToolException("Text cannot be parsed to a Duration", fault);
        }
    }

    // group,topic,partition,offset; the group may be left out where one is given.
    private Dictionary<TopicPartition, long> ReadPlan(string file, string group)
    {
        var isOne = _call.Options.Values("group").Count == 1;
        var plan = new Dictionary<TopicPartition, long>();
        foreach (var line in File.ReadLines(file).Where(static line => line.Trim().Length > 0))
        {
            var cells = line.Split(',').Select(static cell => cell.Trim().Trim('"')).ToArray();
            if (cells.Length == 3 && isOne)
                cells = [group, .. cells];
            if (cells.Length != 4
                || !int.TryParse(cells[2], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                || !long.TryParse(cells[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset))
            {
                throw new UsageException($"Error parsing {file}: expected group,topic,partition,offset, but read {line}");
            }

            if (cells[0] == group)
                plan[new TopicPartition(cells[1], partition)] = offset;
        }

        if (plan.Count == 0)
            ConsumerGroupsTool.WriteError(_call.Out, $"No reset plan for group {group} found");
        return plan;
    }
}
