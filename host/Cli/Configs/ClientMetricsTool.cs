using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Configs;

/// <summary><c>kafka-client-metrics</c> (KIP-714): which metrics clients are to push.</summary>
internal static class ClientMetricsTool
{
    private const sbyte OwnSource = 7;

    public static async Task<int> RunAsync(ToolCall call)
    {
        Check(call.Options);
        try
        {
            await using var session = AdminSession.Open(call);
            if (call.Options.Has("alter"))
                await AlterAsync(call, session);
            else if (call.Options.Has("delete"))
                await DeleteAsync(call, session);
            else if (call.Options.Has("describe"))
                await DescribeAsync(call, session);
            else
                await ListAsync(call, session);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is KafkaClientException or ClientConfigurationException or UnsupportedVersionException)
        {
            call.Out.WriteLine($"Error while executing client metrics command : {fault.Message}");
            call.Console.Error.WriteLine(JavaErrors.Text(fault));
            return ExitCodes.Failed;
        }
    }

    private static void Check(ToolOptions options)
    {
        if (options.Count("alter", "delete", "describe", "list") != 1)
            throw new UsageException("Command must include exactly one action: --alter, --delete, --describe, or --list.");
        if (!options.Has("bootstrap-server"))
            throw new ToolException("--bootstrap-server must be specified.");
        if (options.Has("alter") && options.Count("name", "generate-name") != 1)
            throw new ToolException("One of --name or --generate-name must be specified with --alter.");
        if (options.Has("delete") && !options.Has("name"))
            throw new ToolException("A client metrics resource name must be specified with --delete.");
    }

    private static async Task AlterAsync(ToolCall call, AdminSession session)
    {
        var options = call.Options;
        var name = options.Has("generate-name") ? Uuid.CreateRandom(SystemRandomSource.Instance).ToString() : options.Value("name")!;
        var changes = ((string Flag, string Key)[])[("interval", "interval.ms"), ("metrics", "metrics"), ("match", "match")];

        // An empty value takes the key away.
        await ConfigWrites.AlterAsync(
            session,
            ConfigReads.ClientMetrics,
            name,
            [.. changes.Where(change => options.Has(change.Flag)).Select(change => (change.Key, options.Value(change.Flag) is { Length: > 0 } value ? value : null))]);
        call.Out.WriteLine($"Altered client metrics config for {name}.");
    }

    private static async Task DeleteAsync(ToolCall call, AdminSession session)
    {
        var name = call.Options.Value("name")!;
        var configs = await ReadAsync(session, name);
        await ConfigWrites.AlterAsync(session, ConfigReads.ClientMetrics, name, [.. configs.Select(static config => (config.Name, (string?)null))]);
        call.Out.WriteLine($"Deleted client metrics config for {name}.");
    }

    private static async Task DescribeAsync(ToolCall call, AdminSession session)
    {
        var names = await ResourceConfigs.ListResourcesAsync(session, ConfigReads.ClientMetrics);
        if (call.Options.Value("name") is { } asked)
        {
            if (!names.Contains(asked, StringComparer.Ordinal) && !call.Options.IsJson)
            {
                call.Out.WriteLine($"The client metric resource {asked} doesn't exist and doesn't have dynamic config.");
                return;
            }

            names = [.. names.Where(name => name == asked)];
        }

        var table = new OutputTable("name", "key", "value");
        foreach (var name in names)
        {
            if (!call.Options.IsJson)
                call.Out.WriteLine($"Client metrics configs for {name} are:");
            foreach (var config in await ReadAsync(session, name))
            {
                table.Add(name, config.Name, config.Value);
                if (!call.Options.IsJson)
                    call.Out.WriteLine($"  {config.Name}={config.Value}");
            }
        }

        if (call.Options.IsJson)
            table.WriteJson(call.Out);
    }

    private static async Task ListAsync(ToolCall call, AdminSession session)
    {
        var names = await ResourceConfigs.ListResourcesAsync(session, ConfigReads.ClientMetrics);
        if (call.Options.IsJson)
            OutputTable.WriteJson(call.Out, json => OutputTable.WriteValue(json, names));
        else
            call.Out.WriteLine(string.Join('\n', names));
    }

    private static async Task<IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResourceResult>> ReadAsync(AdminSession session, string name) =>
        [.. (await ConfigReads.ReadAsync(session, ConfigReads.ClientMetrics, [name]))[0].Configs.Where(static config => config.ConfigSource == OwnSource)];
}
