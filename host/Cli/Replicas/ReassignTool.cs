using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Topics;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Replicas;

/// <summary><c>kafka-reassign-partitions</c> (KIP-455).</summary>
internal static class ReassignTool
{
    private const string ExistingMessage =
        "Cannot execute because there is an existing partition assignment.  Use --additional to override this and create a new partition assignment in addition to the "
        + "existing one. The --additional flag can also be used to change the throttle by resubmitting the current reassignment.";

    private const string VerifyMessage = "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.";
    private static readonly string[] s_actions = ["generate", "execute", "verify", "cancel", "list"];

    public static async Task<int> RunAsync(ToolCall call)
    {
        var action = Check(call.Options);
        try
        {
            var text = call.Options.Value("reassignment-json-file") ?? call.Options.Value("topics-to-move-json-file");
            var json = text is null ? "" : await File.ReadAllTextAsync(text, call.Stopping);
            await using var session = AdminSession.Open(call);
            switch (action)
            {
                case "list":
                    await ListAsync(call, session);
                    break;
                case "generate":
                    await ReassignmentProposal.WriteAsync(call, session, json);
                    break;
                case "verify":
                    return await ReassignmentCheck.RunAsync(call, session, ReassignmentPlan.Read(json));
                case "execute":
                    await ExecuteAsync(call, session, ReassignmentPlan.Read(json));
                    break;
                default:
                    await CancelAsync(call, session, ReassignmentPlan.Read(json));
                    break;
            }

            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is KafkaClientException or ClientConfigurationException or UnsupportedVersionException or ToolException or IOException)
        {
            call.Out.WriteLine($"Error: {JavaErrors.Text(fault)}");
            return ExitCodes.Failed;
        }
    }

    /// <summary>Where the partitions of a plan are now.</summary>
    /// <exception cref="KafkaClientException">One of them does not exist.</exception>
    public static async Task<IReadOnlyList<PlannedPartition>> CurrentAsync(AdminSession session, IReadOnlyList<PlannedPartition> plan)
    {
        var metadata = await session.LoadMetadataAsync([.. plan.Select(static each => each.Partition.Topic).Distinct(StringComparer.Ordinal)]);
        string[] missing = [.. plan.Where(each => metadata.Topics[each.Partition.Topic].Partition(each.Partition.Partition) is null).Select(static each => each.Name)];
        if (missing.Length > 0)
            throw new KafkaClientException(ErrorCode.UnknownTopicOrPartition, $"Unable to find partition: {string.Join(", ", missing)}");
        return [.. plan.Select(each => new PlannedPartition(each.Partition, metadata.Topics[each.Partition.Topic].Partition(each.Partition.Partition)!.Replicas))];
    }

    private static string Check(ToolOptions options)
    {
        if (options.Count(s_actions) != 1)
            throw new UsageException($"Command must include exactly one action: {string.Join(", ", s_actions.Select(static action => $"--{action}"))}");
        if (options.Count("bootstrap-server", "bootstrap-controller") == 2)
            throw new UsageException("Please don't specify both --bootstrap-server and --bootstrap-controller");
        if (options.Count("bootstrap-server", "bootstrap-controller") == 0)
            throw new UsageException("Please specify either --bootstrap-server or --bootstrap-controller");
        var action = s_actions.First(options.Has);
        (string[] required, string[] permitted) = action switch
        {
            "generate" => ((string[])["topics-to-move-json-file", "broker-list"], (string[])["disable-rack-aware"]),
            "execute" => (["reassignment-json-file"], ["additional", "throttle", "replica-alter-log-dirs-throttle", "timeout", "disallow-replication-factor-change"]),
            "verify" => (["reassignment-json-file"], ["preserve-throttles"]),
            "cancel" => (["reassignment-json-file"], ["preserve-throttles", "timeout"]),
            _ => ([], []),
        };
        options.Require(required);
        string[] all =
        [
            "topics-to-move-json-file", "broker-list", "disable-rack-aware", "reassignment-json-file", "additional", "throttle", "replica-alter-log-dirs-throttle", "timeout",
            "disallow-replication-factor-change", "preserve-throttles",
        ];
        if (Array.Find(all, flag => options.Has(flag) && !required.Contains(flag) && !permitted.Contains(flag)) is { } wrong)
            throw new UsageException($"Option \"[{wrong}]\" can't be used with action \"[{action}]\"");
        return action;
    }

    private static async Task ListAsync(ToolCall call, AdminSession session)
    {
        var moves = (await TopicReads.MovesAsync(session, (IReadOnlyList<(string, IReadOnlyList<int>)>?)null))
            .OrderBy(static move => move.Topic, StringComparer.Ordinal).ThenBy(static move => move.Partition).ToList();
        if (call.Options.IsJson)
        {
            var table = new OutputTable("topic", "partition", "replicas", "adding", "removing");
            foreach (var move in moves)
                table.Add(move.Topic, move.Partition, move.Replicas, move.Adding, move.Removing);
            table.WriteJson(call.Out);
            return;
        }

        call.Out.WriteLine(moves.Count == 0 ? "No partition reassignments found." : "Current partition reassignments:");
        foreach (var move in moves)
        {
            call.Out.WriteLine(
                $"{move.Topic}-{move.Partition}: replicas: {string.Join(',', move.Replicas)}."
                + (move.Adding.Count == 0 ? "" : $" adding: {string.Join(',', move.Adding)}.")
                + (move.Removing.Count == 0 ? "" : $" removing: {string.Join(',', move.Removing)}."));
        }
    }

    private static async Task ExecuteAsync(ToolCall call, AdminSession session, IReadOnlyList<PlannedPartition> plan)
    {
        var moves = await TopicReads.MovesAsync(session, (IReadOnlyList<(string, IReadOnlyList<int>)>?)null);
        if (moves.Count > 0 && !call.Options.Has("additional"))
            throw new ToolException(ExistingMessage);
        var brokers = (await session.LoadMetadataAsync([])).Nodes;
        if (plan.SelectMany(static each => each.Replicas).FirstOrDefault(id => !brokers.ContainsKey(id), int.MinValue) is var unknown and not int.MinValue)
            throw new ToolException($"Unknown broker id {unknown}");
        var current = await CurrentAsync(session, plan);
        call.Out.WriteLine($"Current partition replica assignment\n\n{ReassignmentPlan.Format(current)}\n\nSave this to use as the --reassignment-json-file option during rollback");
        await ReassignmentThrottles.SetAsync(call, session, plan, current, VerifyMessage);
        await AlterAsync(session, plan, each => each.Replicas, !call.Options.Has("disallow-replication-factor-change"));
        call.Out.WriteLine($"Successfully started partition reassignment{(plan.Count == 1 ? "" : "s")} for {string.Join(',', plan.Select(static each => each.Name))}");
        await ReplicaMoves.StartAsync(call, session, plan);
    }

    private static async Task CancelAsync(ToolCall call, AdminSession session, IReadOnlyList<PlannedPartition> plan)
    {
        var moves = await TopicReads.MovesAsync(session, (IReadOnlyList<(string, IReadOnlyList<int>)>?)null);
        PlannedPartition[] active = [.. plan.Where(each => moves.Any(move => move.Topic == each.Partition.Topic && move.Partition == each.Partition.Partition))];
        if (active.Length == 0)
        {
            call.Out.WriteLine("None of the specified partition reassignments are active.");
        }
        else
        {
            await AlterAsync(session, active, static _ => null, true);
            call.Out.WriteLine($"Successfully cancelled partition reassignment{(active.Length == 1 ? "" : "s")} for: {string.Join(',', active.Select(static each => each.Name))}");
        }

        call.Out.WriteLine("None of the specified partition moves are active.");
        if (!call.Options.Has("preserve-throttles"))
            await ReassignmentThrottles.ClearAsync(call, session, plan);
    }

    private static async Task AlterAsync(AdminSession session, IReadOnlyList<PlannedPartition> plan, Func<PlannedPartition, IReadOnlyList<int>?> replicas, bool allowsChange)
    {
        var request = new AlterPartitionReassignmentsRequest
        {
            TimeoutMs = AdminSession.ChangeTimeoutMs,
            AllowReplicationFactorChange = allowsChange,
            Topics =
            [
                .. plan.GroupBy(static each => each.Partition.Topic).Select(topic => new AlterPartitionReassignmentsRequest.ReassignableTopic
                {
                    Name = topic.Key,
                    Partitions =
                    [
                        .. topic.Select(each => new AlterPartitionReassignmentsRequest.ReassignablePartition
                        {
                            PartitionIndex = each.Partition.Partition, Replicas = replicas(each) is { } ids ? [.. ids.Select(static id => (BrokerId)id)] : null,
                        }),
                    ],
                }),
            ],
        };
        var response = await session.SendAsync(RequestTarget.Controller, request, static response => response.ErrorCode);
        AdminSession.Check(response.ErrorCode, response.ErrorMessage);
        string[] errors =
        [
            .. from topic in response.Responses
               from partition in topic.Partitions
               where partition.ErrorCode is not (ErrorCode.None or ErrorCode.NoReassignmentInProgress)
               select $"{topic.Name}-{partition.PartitionIndex}: {partition.ErrorMessage ?? partition.ErrorCode.Info().Message}",
        ];
        if (errors.Length > 0)
            throw new ToolException($"Error reassigning partition(s):\n{string.Join('\n', errors)}");
    }
}
