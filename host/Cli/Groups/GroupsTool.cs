using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Groups;

/// <summary><c>kafka-groups</c>: groups of all types (KIP-1043).</summary>
internal static class GroupsTool
{
    private const int MinWidth = 20;
    private static readonly string[] s_types = ["classic", "consumer", "share", "streams"];

    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        if (!options.Has("list"))
            throw new UsageException("Command must include exactly one action: --list.");
        options.Require("bootstrap-server");
        options.Forbid("consumer", "group-type", "protocol", "share", "streams");
        options.Forbid("share", "consumer", "group-type", "protocol", "streams");
        options.Forbid("streams", "consumer", "group-type", "protocol", "share");
        var type = options.Value("group-type")?.ToLowerInvariant();
        if (type is not null && !s_types.Contains(type))
            throw new ToolException("--group-type must be a valid group type.");
        await using var session = AdminSession.Open(call);
        var table = new OutputTable("GROUP", "TYPE", "PROTOCOL");
        foreach (var group in (await GroupReads.ListAsync(session, [], [])).Where(group => IsAsked(group, type, options)))
            table.Add((string)group.GroupId, TypeName(group.GroupType), group.ProtocolType);
        if (options.IsJson)
            table.WriteJson(call.Out);
        else
            Write(table, call.Out);
        return ExitCodes.Done;
    }

    private static bool IsAsked(ListGroupsResponse.ListedGroup group, string? type, ToolOptions options)
    {
        bool IsOf(string name) => string.Equals(group.GroupType, name, StringComparison.OrdinalIgnoreCase);
        if (type is not null)
            return IsOf(type) && (options.Value("protocol") ?? group.ProtocolType) == group.ProtocolType;
        if (options.Value("protocol") is { } protocol)
            return group.ProtocolType == protocol;
        if (options.Has("consumer"))
            return group.ProtocolType is "consumer" or "" || IsOf("consumer");
        return options.Has("share") ? IsOf("share") : !options.Has("streams") || IsOf("streams");
    }

    private static string TypeName(string type) => type.Length == 0 ? "" : char.ToUpperInvariant(type[0]) + type[1..].ToLowerInvariant();

    // All three columns have the width of the widest cell of any.
    private static void Write(OutputTable table, TextWriter writer)
    {
        var width = table.Rows.SelectMany(static row => row).Select(static cell => OutputTable.Text(cell).Length).Append(MinWidth).Max();
        writer.WriteLine($"{"GROUP".PadRight(width)} {"TYPE".PadRight(width)} {"PROTOCOL".PadRight(width)}");
        foreach (var row in table.Rows)
            writer.WriteLine(string.Concat(row.Select(cell => OutputTable.Text(cell).PadRight(width) + " ")));
    }
}
