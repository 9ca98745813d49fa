using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Topics;

/// <summary><c>kafka-topics</c>.</summary>
internal static class TopicsTool
{
    private const string AlterHint = " (To alter topic configurations, the kafka-configs tool can be used.)";

    public static async Task<int> RunAsync(ToolCall call)
    {
        Check(call.Options, call.Out);
        try
        {
            await using var session = AdminSession.Open(call);
            await RunAsync(call, session);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is KafkaClientException or ClientConfigurationException or UnsupportedVersionException or ToolException)
        {
            call.Out.WriteLine($"Error while executing topic command : {fault.Message}");
            call.Console.Error.WriteLine(call.Console.Paint(JavaErrors.Text(fault), 31));
            return ExitCodes.Failed;
        }
    }

    private static Task RunAsync(ToolCall call, AdminSession session)
    {
        if (call.Options.Has("create"))
            return TopicChanges.CreateAsync(call, session);
        if (call.Options.Has("alter"))
            return TopicChanges.AlterAsync(call, session);
        if (call.Options.Has("delete"))
            return DeleteAsync(call, session);
        return call.Options.Has("list") ? ListAsync(call, session) : TopicDescription.WriteAsync(call, session);
    }

    /// <summary>The names of the topics that <c>--topic</c> asks for, in order.</summary>
    /// <exception cref="ToolException">There is none, and one is required.</exception>
    public static async Task<IReadOnlyList<string>> FindAsync(ToolCall call, AdminSession session)
    {
        var filter = new TopicFilter(call.Options.Value("topic"), call.Options.Has("exclude-internal"));
        var metadata = await session.LoadMetadataAsync(null);
        string[] found = [.. metadata.Topics.Keys.Where(filter.Allows).Order(StringComparer.Ordinal)];
        if (found.Length == 0 && call.Options.Value("topic") is { Length: > 0 } asked && !call.Options.Has("if-exists") && !call.Options.Has("list"))
            throw new ToolException($"Topic '{asked}' does not exist as expected");
        return found;
    }

    private static async Task ListAsync(ToolCall call, AdminSession session)
    {
        var names = await FindAsync(call, session);
        if (call.Options.IsJson)
            OutputTable.WriteJson(call.Out, json => OutputTable.WriteValue(json, names));
        else
            call.Out.WriteLine(string.Join('\n', names));
    }

    private static async Task DeleteAsync(ToolCall call, AdminSession session)
    {
        var names = await FindAsync(call, session);
        if (names.Count == 0)
            return;
        var request = new DeleteTopicsRequest
        {
            Topics = [.. names.Select(static name => new DeleteTopicsRequest.DeleteTopicState { Name = name })], TimeoutMs = AdminSession.ChangeTimeoutMs,
        };
        var response = await session.SendAsync(RequestTarget.Controller, request);
        foreach (var topic in response.Responses)
            AdminSession.Check(topic.ErrorCode, topic.ErrorMessage);
    }

    private static void Check(ToolOptions options, TextWriter writer)
    {
        if (options.Count("create", "list", "alter", "describe", "delete") != 1)
            throw new UsageException("Command must include exactly one action: --list, --describe, --create, --alter or --delete");
        if (!options.Has("bootstrap-server"))
            throw new UsageException("--bootstrap-server must be specified");
        if (options.Has("describe") && options.Has("if-exists"))
        {
            if (options.Count("topic", "topic-id") == 0)
                throw new UsageException("--topic or --topic-id is required to describe a topic");
            if (options.Count("topic", "topic-id") == 2)
                writer.WriteLine("Only topic id will be used when both --topic and --topic-id are specified and topicId is not Uuid.ZERO_UUID");
        }

        if (!options.Has("list") && !options.Has("describe"))
            options.Require("topic");
        if (options.Has("alter"))
        {
            if (options.Has("config"))
                throw new UsageException($"Option combination \"[bootstrap-server],[config]\" can't be used with option \"[alter]\"{AlterHint}");
            options.Require("partitions");
        }

        options.Forbid("config", "describe", "list", "delete");
        options.Forbid("partitions", "describe", "list", "delete");
        options.Forbid("replication-factor", "alter", "describe", "list", "delete");
        options.Forbid("replica-assignment", "describe", "list", "delete");
        if (options.Has("create"))
            options.Forbid("replica-assignment", "partitions", "replication-factor");
        foreach (var report in (string[])["under-replicated-partitions", "under-min-isr-partitions", "at-min-isr-partitions", "unavailable-partitions"])
            options.Forbid(report, "alter", "create", "list", "delete", "topics-with-overrides");
        options.Forbid("topics-with-overrides", "alter", "create", "list", "delete");
        options.Forbid("if-exists", "create", "list");
        options.Forbid("if-not-exists", "alter", "describe", "list", "delete");
        options.Forbid("exclude-internal", "alter", "create", "delete");
    }
}
