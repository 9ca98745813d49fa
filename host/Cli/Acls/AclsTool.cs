using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Acls;

/// <summary><c>kafka-acls</c>.</summary>
internal static class AclsTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        Check(call.Options);
        var arguments = new AclArguments(call.Options);
        try
        {
            await using var session = AdminSession.Open(call);
            if (call.Options.Has("add"))
                await AddAsync(call, session, arguments);
            else if (call.Options.Has("remove"))
                await RemoveAsync(call, session, arguments);
            else
                await ListAsync(call, session, arguments);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is KafkaClientException or UnsupportedVersionException or ToolException)
        {
            call.Out.WriteLine($"Error while executing ACL command: {JavaErrors.Text(fault)}");
            return ExitCodes.Failed;
        }
    }

    private static void Check(ToolOptions options)
    {
        if (options.Has("bootstrap-server") && options.Has("bootstrap-controller"))
            throw new UsageException("Only one of --bootstrap-server or --bootstrap-controller must be specified");
        if (options.Count("bootstrap-server", "bootstrap-controller") == 0)
            throw new UsageException("One of --bootstrap-server or --bootstrap-controller must be specified");
        if (options.Count("add", "remove", "list") != 1)
            throw new UsageException("Command must include exactly one action: --list, --add, --remove. ");
        options.Forbid("list", "producer", "consumer", "allow-host", "allow-principal", "deny-host", "deny-principal");
        options.Forbid("producer", "operation", "deny-principal", "deny-host");
        options.Forbid("consumer", "operation", "deny-principal", "deny-host");
        if (options.Has("principal") && !options.Has("list"))
            throw new UsageException("The --principal option is only available if --list is set");
        if (options.Has("producer") && !options.Has("topic"))
            throw new UsageException("With --producer you must specify a --topic");
        if (options.Has("idempotent") && !options.Has("producer"))
            throw new UsageException("The --idempotent option is only available if --producer is set");
        if (options.Has("consumer") && (options.Count("topic", "group") != 2 || (!options.Has("producer") && options.Count("cluster", "transactional-id") > 0)))
        {
            throw new UsageException(
                "With --consumer you must specify a --topic and a --group and no --cluster or --transactional-id option should be specified.");
        }
    }

    private static async Task AddAsync(ToolCall call, AdminSession session, AclArguments arguments)
    {
        if (arguments.PatternType is not (ResourcePatternType.Literal or ResourcePatternType.Prefixed))
        {
            throw new UsageException(
                $"A '--resource-pattern-type' value of '{AclMeaning.JavaName(arguments.PatternType.ToString())}' is not valid when adding acls.");
        }

        var table = Table();
        var all = arguments.Grants();
        if (all.Any(static each => each.Grants.Count == 0))
            throw new UsageException("You must specify one of: --allow-principal, --deny-principal when trying to add ACLs.");
        foreach (var (pattern, grants) in all)
        {
            var existing = (await AclRequests.DescribeAsync(session, pattern)).Select(static each => each.Grant).ToHashSet();
            var missing = grants.FindAll(grant => !existing.Contains(grant));
            missing.ForEach(grant => Add(table, pattern, grant));
            if (!call.Options.IsJson)
            {
                foreach (var grant in grants.Where(existing.Contains))
                    call.Out.WriteLine($"Acl (pattern={pattern}, entry={grant}) already exists.");
                if (missing.Count > 0)
                    call.Out.WriteLine($"Adding ACLs for resource `{pattern}`: \n {Lines(missing)}\n");
            }

            if (missing.Count > 0)
                await AclRequests.CreateAsync(session, pattern, missing);
        }

        if (call.Options.IsJson)
            table.WriteJson(call.Out);
    }

    private static async Task RemoveAsync(ToolCall call, AdminSession session, AclArguments arguments)
    {
        var table = Table();
        foreach (var (pattern, grants) in arguments.Grants())
        {
            var question = grants.Count == 0
                ? $"Are you sure you want to delete all ACLs for resource filter `{pattern}`? (y/n)"
                : $"Are you sure you want to remove ACLs: \n {Lines(grants)}\n from resource filter `{pattern}`? (y/n)";
            if (!await ConfirmAsync(call, question))
                continue;
            foreach (var (removedPattern, removed) in await AclRequests.DeleteAsync(session, pattern, grants))
                Add(table, removedPattern, removed);
        }

        if (call.Options.IsJson)
            table.WriteJson(call.Out);
    }

    private static async Task ListAsync(ToolCall call, AdminSession session, AclArguments arguments)
    {
        var found = new List<(AclPattern Pattern, AclGrant Grant)>();
        IReadOnlyList<AclPattern> filters = arguments.Patterns() is { Count: > 0 } named ? named : [AclPattern.Any];
        foreach (var filter in filters)
            found.AddRange(await AclRequests.DescribeAsync(session, filter));
        var acls = found.Distinct().ToList();
        var principals = arguments.Principals("principal");
        if (call.Options.IsJson)
        {
            var table = Table();
            foreach (var (pattern, grant) in acls.Where(acl => principals.Count == 0 || principals.Contains(acl.Grant.Principal, StringComparer.Ordinal)))
                Add(table, pattern, grant);
            table.WriteJson(call.Out);
            return;
        }

        if (principals.Count == 0)
            Write(call, acls);
        foreach (var principal in principals)
        {
            call.Out.WriteLine($"ACLs for principal `{principal}`");
            Write(call, acls.FindAll(acl => acl.Grant.Principal == principal));
        }
    }

    private static void Write(ToolCall call, List<(AclPattern Pattern, AclGrant Grant)> acls)
    {
        foreach (var resource in acls.GroupBy(static acl => acl.Pattern))
            call.Out.WriteLine($"Current ACLs for resource `{resource.Key}`:\n{Lines(resource.Select(static acl => acl.Grant))}\n");
    }

    private static async Task<bool> ConfirmAsync(ToolCall call, string question)
    {
        if (call.Options.Has("force"))
            return true;
        // Whoever reads JSON reads nothing else on standard output.
        var writer = call.Options.IsJson ? call.Console.Error : call.Out;
        await writer.WriteLineAsync(question);
        await writer.FlushAsync(call.Stopping);
        return string.Equals(await ReadLineAsync(call.Console.InStream, call.Stopping), "y", StringComparison.OrdinalIgnoreCase);
    }

    // Byte by byte, because what comes after the line answers the next question.
    private static async Task<string> ReadLineAsync(Stream input, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var next = new byte[1];
        while (await input.ReadAsync(next, cancellationToken) == 1 && next[0] != '\n')
            line.Add(next[0]);
        return System.Text.Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }

    private static string Lines(IEnumerable<AclGrant> grants) => string.Join('\n', grants.Select(static grant => $"\t{grant}"));

    private static OutputTable Table() => new("resource-type", "resource-name", "pattern-type", "principal", "host", "operation", "permission-type");

    private static void Add(OutputTable table, AclPattern pattern, AclGrant grant) => table.Add(
        AclMeaning.JavaName(pattern.ResourceType.ToString()),
        pattern.Name,
        AclMeaning.JavaName(pattern.PatternType.ToString()),
        grant.Principal,
        grant.Host,
        AclMeaning.JavaName(grant.Operation.ToString()),
        AclMeaning.JavaName(grant.Permission.ToString()));
}
