using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Acls;

/// <summary><c>kafka-modular acls explain</c>: which ACL decides what somebody may do, or which comes nearest to allowing it.</summary>
internal static class AclsExplainTool
{
    private static readonly (string Flag, ResourceType Type)[] s_resources =
    [
        ("topic", ResourceType.Topic), ("group", ResourceType.Group), ("transactional-id", ResourceType.TransactionalId), ("delegation-token", ResourceType.DelegationToken),
        ("user-principal", ResourceType.User), ("cluster", ResourceType.Cluster),
    ];

    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        AdminSession.RequireBootstrap(options);
        options.Require("principal", "operation");
        options.RequireOne([.. s_resources.Select(static resource => resource.Flag)]);
        var (flag, type) = Array.Find(s_resources, resource => options.Has(resource.Flag));
        var name = flag == "cluster" ? AclBinding.ClusterName : options.Value(flag)!;
        var principal = AclArguments.CheckPrincipal(options.Value("principal")!);
        var operation = AclArguments.ParseOperation(options.Value("operation")!);
        if (!AclArguments.OperationsOf(type).Contains(operation))
        {
            throw new UsageException(
                $"There is no operation {options.Value("operation")} on a {Words(type)}; there are {string.Join(", ", AclArguments.OperationsOf(type))}");
        }

        await using var session = AdminSession.Open(call);
        var acls = await AclRequests.DescribeAsync(session, new AclPattern(type, null, ResourcePatternType.Any));
        string[] principals =
        [
            principal, AclBinding.WildcardPrincipal,
            .. options.Values("in-group").Select(static group => group.StartsWith("Group:", StringComparison.Ordinal) ? group : $"Group:{group}"),
        ];
        var host = options.Value("host") ?? "";
        var explanation = AclExplainer.Explain(
            acls.Select(static acl => acl.Grant.On(acl.Pattern)), principals, host, operation, type, name, options.Has("allow-everyone-if-no-acl-found"));
        Write(call, explanation, principal, operation, type, name, host);
        return ExitCodes.Done;
    }

    private static void Write(ToolCall call, AclExplanation explanation, string principal, AclOperation operation, ResourceType type, string name, string host)
    {
        if (call.Options.IsJson)
        {
            OutputTable.WriteJson(call.Out, json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("allowed", explanation.IsAllowed);
                json.WriteString("rule", explanation.Rule.ToString());
                json.WriteString("decisiveAcl", explanation.Decisive is { } decisive ? Text(decisive) : null);
                json.WriteString("nearestAcl", explanation.Nearest is { } nearest ? Text(nearest) : null);
                json.WriteString("nearestDiffersIn", explanation.Nearest is null ? null : Words(explanation.Differences));
                json.WriteEndObject();
            });
            return;
        }

        var from = host.Length == 0 ? "any host that no ACL names" : $"host {host}";
        call.Out.WriteLine($"{(explanation.IsAllowed ? "Allowed" : "Denied")}: {principal} {(explanation.IsAllowed ? "may" : "may not")} {operation} on {Words(type)} {name} from {from}.");
        call.Out.WriteLine(explanation.Rule switch
        {
            AclRule.MatchingAcl => $"Decided by: {Text(explanation.Decisive!)}",
            AclRule.NoMatchingAcl => $"Decided by: there are ACLs about the {Words(type)}, and none of them permits it.",
            _ => $"Decided by: no ACL is about the {Words(type)}, so the brokers' allow.everyone.if.no.acl.found holds, taken as {(explanation.IsAllowed ? "true" : "false")}.",
        });
        if (explanation.Nearest is { } near)
            call.Out.WriteLine($"Nearest that would allow it: {Text(near)}, which is for another {Words(explanation.Differences)}.");
        if (!explanation.IsAllowed)
            call.Out.WriteLine("Super users are not seen from here: super.users of the brokers comes before all ACLs.");
    }

    private static string Text(AclBinding acl) =>
        $"(pattern={new AclPattern(acl.ResourceType, acl.ResourceName, acl.PatternType)}, entry={new AclGrant(acl.Principal, acl.Host, acl.Operation, acl.Permission)})";

    private static string Words(ResourceType type) => AclMeaning.JavaName(type.ToString()).Replace('_', ' ').ToLowerInvariant();

    private static string Words(AclDifferences differences) => differences.ToString().ToLowerInvariant().Replace(", ", " and ", StringComparison.Ordinal);
}
