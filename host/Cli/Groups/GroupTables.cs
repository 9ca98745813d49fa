using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Cli.Groups;

/// <summary><c>kafka-consumer-groups --describe</c>: offsets, members or state.</summary>
internal static class GroupTables
{
    private static readonly string[] s_offsetColumns = ["GROUP", "TOPIC", "PARTITION", "LEADER-EPOCH", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID"];

    public static async Task<int> DescribeAsync(ToolCall call, AdminSession session)
    {
        var groups = new List<GroupDescription>();
        foreach (var group in (await ConsumerGroupsTool.GroupsAsync(call, session)).Order(StringComparer.Ordinal))
            groups.Add(await GroupReads.DescribeAsync(session, group));
        var isVerbose = call.Options.Has("verbose");
        var json = call.Options.IsJson ? new List<(OutputTable Table, string[] Columns)>() : null;
        foreach (var group in groups)
        {
            if (call.Options.Has("members"))
                WriteMembers(call, group, isVerbose, json);
            else if (call.Options.Has("state"))
                WriteState(call, group, isVerbose, json);
            else
                await WriteOffsetsAsync(call, session, group, isVerbose, json);
        }

        if (json is not null)
            WriteJson(call.Out, json);
        return ExitCodes.Done;
    }

    private static void WriteJson(TextWriter writer, List<(OutputTable Table, string[] Columns)> tables)
    {
        var all = new OutputTable(tables.Count == 0 ? ["GROUP"] : tables[0].Columns);
        foreach (var row in tables.SelectMany(static table => table.Table.Rows))
            all.Add(row);
        all.WriteJson(writer);
    }

    private static async Task WriteOffsetsAsync(ToolCall call, AdminSession session, GroupDescription group, bool isVerbose, List<(OutputTable, string[])>? json)
    {
        var committed = await GroupReads.CommittedAsync(session, group.Id);
        var table = new OutputTable(s_offsetColumns);
        HashSet<TopicPartition> assigned = [.. group.Members.SelectMany(static member => member.Assignment)];
        var ends = await OffsetReads.ReadAsync(session, [.. assigned.Union(committed.Keys)], OffsetReads.Latest);
        foreach (var member in group.Members.Where(static member => member.Assignment.Count > 0).OrderByDescending(static member => member.Assignment.Count))
            AddRows(table, group.Id, member.Assignment, committed, ends, member);
        AddRows(table, group.Id, committed.Keys.Where(partition => !assigned.Contains(partition)), committed, ends, null);
        if (json is not null)
        {
            json.Add((table, s_offsetColumns));
            return;
        }

        if (!SaysState(call, group, table.Rows.Count))
            return;
        int[] widths = [15, 15, 10, 15, 15, 15, 15, 15, 15, 0];
        foreach (var column in (int[])[0, 1, 7, 8])
            widths[column] = Math.Max(widths[column], table.Rows.Max(row => OutputTable.Text(row[column]).Length));
        foreach (var row in table.Rows.Prepend(s_offsetColumns))
            call.Out.Write("\n" + Row(row, widths, isVerbose ? -1 : 3));
        call.Out.WriteLine();
    }

    private static void AddRows(
        OutputTable table,
        string group,
        IEnumerable<TopicPartition> partitions,
        IReadOnlyDictionary<TopicPartition, CommittedOffset> committed,
        IReadOnlyDictionary<TopicPartition, long> ends,
        GroupMember? member)
    {
        foreach (var partition in partitions.OrderBy(static each => each.Topic, StringComparer.Ordinal).ThenBy(static each => each.Partition))
        {
            long? offset = committed.TryGetValue(partition, out var known) ? known.Offset : null;
            long? end = ends.TryGetValue(partition, out var last) ? last : null;
            table.Add(group, partition.Topic, partition.Partition, known.LeaderEpoch, offset, end, end - offset, member?.Id, member?.Host, member?.ClientId);
        }
    }

    private static void WriteMembers(ToolCall call, GroupDescription group, bool isVerbose, List<(OutputTable, string[])>? json)
    {
        var hasInstances = group.Members.Any(static member => member.InstanceId.Length > 0);
        var isMixed = group.Members.Any(static member => member.IsUpgraded == true) && group.Members.Any(static member => member.IsUpgraded == false);
        string[] columns =
        [
            "GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID", "#PARTITIONS", "CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH", "TARGET-ASSIGNMENT", "UPGRADED",
        ];
        var table = new OutputTable(columns);
        foreach (var member in group.Members)
        {
            table.Add(
                group.Id,
                member.Id,
                json is not null && member.InstanceId.Length == 0 ? null : member.InstanceId,
                member.Host,
                member.ClientId,
                member.Assignment.Count,
                member.Epoch,
                Assignment(member.Assignment),
                group.TargetEpoch,
                Assignment(member.Target),
                member.IsUpgraded);
        }

        if (json is not null)
        {
            json.Add((table, [.. columns.Select(static name => name.TrimStart('#'))]));
            return;
        }

        SaysState(call, group, table.Rows.Count);
        int[] minima = [15, 15, 17, 15, 15, 15, 15, 20, 15, 20, 0];
        int[] widths = [.. minima.Select((minimum, i) => i is 5 or 6 or 8 or 10 ? minimum : table.Rows.Select(row => OutputTable.Text(row[i]).Length).Append(minimum).Max())];
        call.Out.WriteLine();
        foreach (var row in table.Rows.Prepend(columns))
        {
            var cells = row.Select(OutputTable.Text).Select((text, i) => text.PadRight(widths[i])).ToArray();
            var line = string.Concat(cells[..6].Where((_, i) => i != 2 || hasInstances).Select(static cell => cell + " "));
            call.Out.WriteLine(isVerbose ? line + string.Join(' ', cells[6..(isMixed ? 11 : 10)]) : line);
        }
    }

    private static void WriteState(ToolCall call, GroupDescription group, bool isVerbose, List<(OutputTable, string[])>? json)
    {
        string[] columns = ["GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "GROUP-EPOCH", "TARGET-ASSIGNMENT-EPOCH", "#MEMBERS"];
        var table = new OutputTable(columns);
        var address = group.Coordinator.Address;
        table.Add(
            group.Id,
            $"{address.Host}:{address.Port}  ({group.Coordinator.Id})",
            group.Assignor.Length == 0 ? null : group.Assignor,
            group.State,
            group.Epoch,
            group.TargetEpoch,
            group.Members.Count);
        if (json is not null)
        {
            json.Add((table, ["GROUP", "COORDINATOR", "ASSIGNMENT-STRATEGY", "STATE", "GROUP-EPOCH", "TARGET-ASSIGNMENT-EPOCH", "MEMBERS"]));
            return;
        }

        if (!SaysState(call, group, 1))
            return;
        var coordinator = OutputTable.Text(table.Rows[0][1]);
        int[] widths = [Math.Max(15, group.Id.Length), Math.Max(25, coordinator.Length), 20, 20, 15, 25, 0];
        foreach (var row in table.Rows.Prepend(columns))
        {
            object?[] cells = isVerbose ? row : [.. row[..4], row[6]];
            int[] shown = isVerbose ? widths : [.. widths[..4], 0];
            call.Out.Write("\n" + Row(cells, shown, -1));
        }

        call.Out.WriteLine();
    }

    // Says what there is to say of the state; false where no table follows.
    private static bool SaysState(ToolCall call, GroupDescription group, int rows)
    {
        call.Out.Flush();
        switch (group.State)
        {
            case "Dead":
                ConsumerGroupsTool.WriteError(call.Out, $"Consumer group '{group.Id}' does not exist.");
                return false;
            case "Empty":
                call.Console.Error.WriteLine($"\nConsumer group '{group.Id}' has no active members.");
                break;
            case "PreparingRebalance" or "CompletingRebalance" or "Assigning" or "Reconciling":
                call.Console.Error.WriteLine($"\nWarning: Consumer group '{group.Id}' is rebalancing.");
                break;
        }

        return rows > 0;
    }

    private static string? Assignment(IReadOnlyList<TopicPartition> partitions) => partitions.Count == 0
        ? null
        : string.Join(';', partitions.GroupBy(static partition => partition.Topic).OrderBy(static topic => topic.Key, StringComparer.Ordinal)
            .Select(static topic => $"{topic.Key}:{string.Join(',', topic.Select(static partition => partition.Partition).Order())}"));

    // One cell behind the other, each as wide as its column; one column may be left out.
    private static string Row(object?[] cells, int[] widths, int without) =>
        string.Join(' ', cells.Select((cell, i) => OutputTable.Text(cell).PadRight(widths[i])).Where((_, i) => i != without));
}
