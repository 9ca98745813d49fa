using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;

namespace Kafka.Modular.Cli.Configs;

/// <summary><c>kafka-configs</c>.</summary>
internal static class ConfigsTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        var entity = ConfigEntity.Read(call.Options);
        await using var session = AdminSession.Open(call);
        try
        {
            if (call.Options.Has("describe"))
                await DescribeAsync(call, session, entity);
            else
                await AlterAsync(call, session, entity);
            return ExitCodes.Done;
        }
        catch (KafkaClientException fault)
        {
            call.Out.Flush();
            call.Console.Error.WriteLine("Error while executing config command");
            call.Console.Error.WriteLine(JavaErrors.Text(fault));
            return ExitCodes.Failed;
        }
    }

    private static Task DescribeAsync(ToolCall call, AdminSession session, ConfigEntity entity) => entity.Type switch
    {
        ConfigEntity.Users or ConfigEntity.Clients or ConfigEntity.Ips => QuotaConfigs.DescribeAsync(call, session, entity),
        _ => ResourceConfigs.DescribeAsync(call, session, entity),
    };

    private static async Task AlterAsync(ToolCall call, AdminSession session, ConfigEntity entity)
    {
        var additions = ConfigArguments.ReadAdditions(call.Options);
        var deletions = ConfigArguments.ReadDeletions(call.Options);
        if (entity.Type is ConfigEntity.Users or ConfigEntity.Clients or ConfigEntity.Ips)
            await QuotaConfigs.AlterAsync(session, entity, additions, deletions);
        else
            await ResourceConfigs.AlterAsync(session, entity, additions, deletions);
        call.Out.WriteLine(entity.Name is { Length: > 0 } name
            ? $"Completed updating config for {entity.One} {name}."
            : $"Completed updating default config for {entity.Type} in the cluster.");
    }
}
