using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Groups;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Configs;

/// <summary>Configurations of topics, brokers, loggers, groups and client metrics.</summary>
internal static class ResourceConfigs
{
    private const sbyte SetOperation = 0;
    private const sbyte DeleteOperation = 1;

    /// <summary>Writes the configurations that the flags ask for.</summary>
    public static async Task DescribeAsync(ToolCall call, AdminSession session, ConfigEntity entity)
    {
        var showsAll = call.Options.Has("all");
        if (!showsAll && entity.Name is { Length: > 0 } one && !await ExistsAsync(session, entity.Type, one))
        {
            if (call.Options.IsJson)
                new OutputTable("resource").WriteJson(call.Out);
            else
                call.Out.WriteLine($"The {entity.One} '{one}' doesn't exist and doesn't have dynamic config.");
            return;
        }

        var table = new OutputTable("type", "name", "key", "value", "sensitive", "source");
        foreach (var name in entity.Name is { } given ? [given] : await ListAsync(session, entity.Type))
        {
            var configs = await ReadAsync(session, entity.Type, name, showsAll, withSynonyms: true);
            foreach (var config in configs)
                table.Add(entity.Type, name, config.Name, config.Value, config.IsSensitive, Source(config.ConfigSource));
            if (!call.Options.IsJson)
                WriteText(call.Out, entity, name, showsAll, configs);
        }

        if (call.Options.IsJson)
            table.WriteJson(call.Out);
    }

    /// <summary>Sets and removes keys of one resource.</summary>
    public static async Task AlterAsync(AdminSession session, ConfigEntity entity, IReadOnlyDictionary<string, string> additions, IReadOnlyList<string> deletions)
    {
        var name = entity.Name!;
        var old = await ReadAsync(session, entity.Type, name, showsAll: false, withSynonyms: false);
        var isLogger = entity.Type == ConfigEntity.BrokerLoggers;
        string[] invalid = [.. deletions.Concat(isLogger ? additions.Keys : []).Where(key => !old.Any(config => config.Name == key))];
        if (invalid.Length > 0)
            throw new ToolException($"{(isLogger ? "Invalid broker logger(s)" : "Invalid config(s)")}: {string.Join(',', invalid)}");
        var type = TypeOf(entity.Type);
        var request = new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new()
                {
                    ResourceType = type,
                    ResourceName = name,
                    Configs =
                    [
                        .. deletions.Select(static key => new IncrementalAlterConfigsRequest.AlterableConfig { Name = key, ConfigOperation = DeleteOperation, Value = "" }),
                        .. additions.Select(static pair => new IncrementalAlterConfigsRequest.AlterableConfig { Name = pair.Key, ConfigOperation = SetOperation, Value = pair.Value }),
                    ],
                },
            ],
        };
        var response = await session.SendAsync(ConfigReads.TargetOf(type, name), request);
        foreach (var result in response.Responses)
            AdminSession.Check(result.ErrorCode, result.ErrorMessage);
    }

    private static void WriteText(
        TextWriter writer, ConfigEntity entity, string name, bool showsAll, IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResourceResult> configs)
    {
        writer.WriteLine(name.Length == 0
            ? $"Default configs for {entity.Type} in the cluster are:"
            : $"{(showsAll ? "All" : "Dynamic")} configs for {entity.One} {name} are:");
        foreach (var config in configs)
        {
            var synonyms = string.Join(", ", config.Synonyms.Select(static synonym => $"{Source(synonym.Source)}:{synonym.Name}={synonym.Value ?? "null"}"));
            writer.WriteLine($"  {config.Name}={config.Value ?? "null"} sensitive={(config.IsSensitive ? "true" : "false")} synonyms={{{synonyms}}}");
        }
    }

    private static async Task<IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResourceResult>> ReadAsync(
        AdminSession session, string entityType, string name, bool showsAll, bool withSynonyms)
    {
        var results = await ConfigReads.ReadAsync(session, TypeOf(entityType), [name], withSynonyms);
        var source = DynamicSource(entityType, name);
        return
        [
            .. results[0].Configs.Where(config => showsAll || source is null || config.ConfigSource == source).OrderBy(static config => config.Name, StringComparer.Ordinal),
        ];
    }

    private static async Task<bool> ExistsAsync(AdminSession session, string entityType, string name) => (await ListAsync(session, entityType)).Contains(name, StringComparer.Ordinal);

    private static async Task<IReadOnlyList<string>> ListAsync(AdminSession session, string entityType) => entityType switch
    {
        ConfigEntity.Topics => [.. (await session.LoadMetadataAsync(null)).Topics.Keys.Order(StringComparer.Ordinal)],
        ConfigEntity.Brokers or ConfigEntity.BrokerLoggers => [.. (await session.LoadMetadataAsync([])).Nodes.Keys.Order().Select(static id => OutputTable.Text(id)), ""],
        ConfigEntity.ClientMetrics => await ListResourcesAsync(session, ConfigReads.ClientMetrics),
        _ => [.. (await ListGroupsAsync(session)).Order(StringComparer.Ordinal)],
    };

    private static async Task<IEnumerable<string>> ListGroupsAsync(AdminSession session)
    {
        var groups = (await GroupReads.ListAsync(session, [], [])).Select(static group => (string)group.GroupId);
        try
        {
            return groups.Union(await ListResourcesAsync(session, ConfigReads.Group), StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is UnsupportedVersionException or KafkaClientException { Code: ErrorCode.ClusterAuthorizationFailed })
        {
            return groups;
        }
    }

    /// <summary>The names of resources of a type that have a configuration.</summary>
    public static async Task<IReadOnlyList<string>> ListResourcesAsync(AdminSession session, sbyte type)
    {
        var response = await session.SendAsync(RequestTarget.AnyNode, new ListConfigResourcesRequest { ResourceTypes = [type] }, static response => response.ErrorCode);
        AdminSession.Check(response.ErrorCode);
        return [.. response.ConfigResources.Select(static resource => resource.ResourceName).Order(StringComparer.Ordinal)];
    }

    private static sbyte TypeOf(string entityType) => entityType switch
    {
        ConfigEntity.Topics => ConfigReads.Topic,
        ConfigEntity.Brokers => ConfigReads.Broker,
        ConfigEntity.BrokerLoggers => ConfigReads.BrokerLogger,
        ConfigEntity.ClientMetrics => ConfigReads.ClientMetrics,
        _ => ConfigReads.Group,
    };

    // Which values are dynamic ones of the entity itself; every level of a logger is.
    private static sbyte? DynamicSource(string entityType, string name) => entityType switch
    {
        ConfigEntity.Topics => 1,
        ConfigEntity.Brokers => name.Length == 0 ? (sbyte)3 : (sbyte)2,
        ConfigEntity.ClientMetrics => 7,
        ConfigEntity.Groups => 8,
        _ => null,
    };

    private static string Source(sbyte source) => source switch
    {
        1 => "DYNAMIC_TOPIC_CONFIG",
        2 => "DYNAMIC_BROKER_CONFIG",
        3 => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        4 => "STATIC_BROKER_CONFIG",
        5 => "DEFAULT_CONFIG",
        6 => "DYNAMIC_BROKER_LOGGER_CONFIG",
        7 => "DYNAMIC_CLIENT_METRICS_CONFIG",
        8 => "DYNAMIC_GROUP_CONFIG",
        _ => "UNKNOWN",
    };
}
