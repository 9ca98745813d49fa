using System.Text.RegularExpressions;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Groups;

/// <summary><c>kafka-consumer-groups</c>.</summary>
internal static class ConsumerGroupsTool
{
    private static readonly string[] s_actions = ["list", "describe", "delete", "reset-offsets", "delete-offsets", "validate-regex"];
    private static readonly string[] s_states = ["PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Empty", "Assigning", "Reconciling"];
    private static readonly string[] s_types = ["classic", "consumer"];

    public static async Task<int> RunAsync(ToolCall call)
    {
        GroupFlags.Check(call);
        if (call.Options.Count(s_actions) != 1)
            throw new UsageException($"Command must include exactly one action: {string.Join(", ", s_actions.Select(static action => $"--{action}"))}");
        if (call.Options.Value("validate-regex") is { } regex)
            return ValidateRegex(regex, call.Out);
        try
        {
            await using var session = AdminSession.Open(call);
            return await RunAsync(call, session);
        }
        catch (Exception fault) when (fault is KafkaClientException or ToolException or UnsupportedVersionException or ClientConfigurationException or IOException)
        {
            WriteError(call.Out, $"Executing consumer group command failed due to {JavaErrors.Text(fault)}");
            call.Out.Flush();
            call.Console.Error.WriteLine(JavaErrors.Text(fault));
            return ExitCodes.Failed;
        }
    }

    /// <summary>Writes an error as the tool does: on standard output, behind an empty line.</summary>
    public static void WriteError(TextWriter writer, string message) => writer.WriteLine($"\nError: {message}");

    /// <summary>The groups that <c>--group</c> or <c>--all-groups</c> names.</summary>
    public static async Task<IReadOnlyList<string>> GroupsAsync(ToolCall call, AdminSession session) => call.Options.Has("all-groups")
        ? [.. (await GroupReads.ListConsumersAsync(session, [], [])).Select(static group => (string)group.GroupId)]
        : [.. call.Options.Values("group").Distinct(StringComparer.Ordinal)];

    private static Task<int> RunAsync(ToolCall call, AdminSession session)
    {
        if (call.Options.Has("list"))
            return ListAsync(call, session);
        if (call.Options.Has("describe"))
            return GroupTables.DescribeAsync(call, session);
        if (call.Options.Has("delete"))
            return DeleteAsync(call, session);
        return call.Options.Has("reset-offsets") ? OffsetReset.RunAsync(call, session) : OffsetDeletion.RunAsync(call, session);
    }

    private static async Task<int> ListAsync(ToolCall call, AdminSession session)
    {
        var options = call.Options;
        var groups = await GroupReads.ListConsumersAsync(
            session,
            Parse(options.Has("state") ? options.Value("state") : null, s_states, "state", "states"),
            Parse(options.Has("type") ? options.Value("type") : null, s_types, "types", "types"));
        if (options.IsJson)
        {
            var table = new OutputTable("group", "type", "state");
            foreach (var group in groups)
                table.Add((string)group.GroupId, Title(group.GroupType), group.GroupState);
            table.WriteJson(call.Out);
            return ExitCodes.Done;
        }

        if (options.Count("type", "state") == 0)
        {
            foreach (var group in groups)
                call.Out.WriteLine((string)group.GroupId);
            return ExitCodes.Done;
        }

        var width = groups.Select(static group => ((string)group.GroupId).Length).Append(15).Max() + 10;
        WriteRow("GROUP", "TYPE", "STATE");
        foreach (var group in groups)
            WriteRow(group.GroupId, Title(group.GroupType), group.GroupState.Length == 0 ? "Unknown" : group.GroupState);
        return ExitCodes.Done;

        void WriteRow(string group, string type, string state) => call.Out.WriteLine(
            group.PadRight(width) + (options.Has("type") ? $" {type,-20}" : "") + (options.Has("state") ? $" {state,-20}" : ""));
    }

    private static async Task<int> DeleteAsync(ToolCall call, AdminSession session)
    {
        var failed = new List<(string Group, ErrorCode Code)>();
        var deleted = new List<string>();
        foreach (var group in await GroupsAsync(call, session))
        {
            var response = await session.SendAsync(RequestTarget.GroupCoordinator(group), new DeleteGroupsRequest { GroupsNames = [group] }, static response =>
                response.Results[0].ErrorCode is var code && code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorLoadInProgress or ErrorCode.CoordinatorNotAvailable ? code : ErrorCode.None);
            if (response.Results[0].ErrorCode is var error && error == ErrorCode.None)
                deleted.Add(group);
            else
                failed.Add((group, error));
        }

        if (call.Options.IsJson)
        {
            var table = new OutputTable("group", "error");
            foreach (var group in deleted)
                table.Add(group, null);
            foreach (var (group, code) in failed)
                table.Add(group, code.Info().Name);
            table.WriteJson(call.Out);
        }
        else if (failed.Count == 0)
        {
            call.Out.WriteLine($"Deletion of requested consumer groups ({Quote(deleted)}) was successful.");
        }
        else
        {
            WriteError(call.Out, "Deletion of some consumer groups failed:");
            foreach (var (group, code) in failed)
                call.Out.WriteLine($"* Group '{group}' could not be deleted due to: {JavaErrors.Text(code)}");
            if (deleted.Count > 0)
                call.Out.WriteLine($"\nThese consumer groups were deleted successfully: {Quote(deleted)}");
        }

        return failed.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static string Quote(IEnumerable<string> groups) => string.Join(", ", groups.Select(static group => $"'{group}'"));

    private static string Title(string type) => type.Length == 0 ? "Unknown" : char.ToUpperInvariant(type[0]) + type[1..].ToLowerInvariant();

    private static string[] Parse(string? text, string[] valid, string what, string plural)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        string[] asked = [.. text.Split(',').Select(static part => part.Trim())];
        if (asked.All(part => valid.Contains(part, StringComparer.OrdinalIgnoreCase)))
            return [.. asked.Select(part => valid.First(name => string.Equals(name, part, StringComparison.OrdinalIgnoreCase)))];
        throw new UsageException($"Invalid {what} list '{text}'. Valid {plural} are: {string.Join(", ", valid)}");
    }

    private static int ValidateRegex(string regex, TextWriter writer)
    {
        try
        {
            _ = new Regex(regex, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            writer.WriteLine($"The regular expression `{regex}` is valid.");
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            writer.WriteLine($"The regular expression `{regex}` is invalid: {fault.Message}.");
        }

        return ExitCodes.Done;
    }
}
