using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.Groups;

/// <summary>Which flags of <c>kafka-consumer-groups</c> go together.</summary>
internal static class GroupFlags
{
    /// <summary>The flags that say where offsets are to be moved.</summary>
    public static readonly string[] Scenarios = ["to-offset", "shift-by", "to-datetime", "by-duration", "to-earliest", "to-latest", "to-current", "from-file"];

    /// <summary>Checks the command line.</summary>
    /// <exception cref="UsageException">Flags do not go together.</exception>
    public static void Check(ToolCall call)
    {
        var options = call.Options;
        if (!options.Has("validate-regex"))
            options.Require("bootstrap-server");
        foreach (var only in (string[])["members", "verbose", "offsets"])
        {
            if (options.Has(only) && !options.Has("describe"))
                throw new UsageException($"Option(s) [{only}] are unavailable given other options on the command line");
        }

        if (options.Has("describe"))
            CheckDescribe(options);
        if (options.Has("delete"))
        {
            if (options.Count("group", "all-groups") == 0)
                throw new UsageException("Option [delete] takes one of these options: [group], [all-groups]");
            if (options.Has("topic"))
                throw new UsageException("The consumer does not support topic-specific offset deletion from a consumer group.");
        }

        if (options.Has("delete-offsets") && options.Count("group", "topic") < 2)
            throw new UsageException("Option [delete-offsets] takes the following options: [group], [topic]");
        if (options.Has("reset-offsets"))
            CheckReset(call);
        options.Forbid("group", "all-groups", "list");
        options.Forbid("topic", "list", "describe");
    }

    private static void CheckDescribe(ToolOptions options)
    {
        if (options.Count("group", "all-groups") == 0)
            throw new UsageException("Option [describe] takes one of these options: [group], [all-groups]");
        if (options.Count("members", "offsets", "state") > 1)
            throw new UsageException("Option [describe] takes at most one of these options: [members], [offsets], [state]");
        if (options.Has("state") && options.Value("state") is not null)
            throw new UsageException("Option [describe] does not take a value for [state]");
    }

    private static void CheckReset(ToolCall call)
    {
        var options = call.Options;
        if (options.Count("dry-run", "execute") == 2)
            throw new UsageException("Option [reset-offsets] only accepts one of [execute] and [dry-run]");
        if (options.Count("dry-run", "execute") == 0)
        {
            call.Console.Error.WriteLine(
                "WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require either --dry-run or --execute to be "
                + "specified. You should add the --dry-run option explicitly if you are scripting this command and want to keep the current default behavior without prompting.");
        }

        if (options.Count("group", "all-groups") == 0)
            throw new UsageException("Option [reset-offsets] takes one of these options: [group], [all-groups]");
        foreach (var scenario in Scenarios)
            options.Forbid(scenario, [.. Scenarios.Where(other => other != scenario)]);
        if (options.Count(Scenarios) == 0)
            throw new UsageException($"Option '[reset-offsets]' requires one of the following scenarios: [{string.Join(", ", Scenarios.Select(static each => $"[{each}]"))}]");
        if (options.Count("all-topics", "topic", "from-file") == 0)
            throw new UsageException("One of the reset scopes should be defined: --all-topics, --topic.");
    }
}
