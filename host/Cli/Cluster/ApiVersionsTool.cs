using System.Globalization;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Server;

namespace Kafka.Modular.Cli.Cluster;

/// <summary><c>kafka-broker-api-versions</c> and the verb <c>api-versions</c>.</summary>
internal static class ApiVersionsTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        call.Options.Require("bootstrap-server");
        await using var session = AdminSession.Open(call);
        var table = new OutputTable("broker", "api", "name", "min-version", "max-version", "usable-version");
        var failed = false;
        foreach (var node in (await session.LoadMetadataAsync([])).Nodes.Values.OrderBy(static node => node.Id))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{node.Address.Host}:{node.Address.Port} (id: {node.Id} rack: {node.Rack ?? "null"} isFenced: false)");
            try
            {
                var response = await ReadAsync(session, RequestTarget.Node(node.Id));
                foreach (var api in response.ApiKeys.OrderBy(static api => api.ApiKey))
                    table.Add(node.Id, api.ApiKey, MessageCatalog.FindApi(api.ApiKey)?.Name ?? "UNKNOWN", api.MinVersion, api.MaxVersion, Usable(api));
                if (!call.Options.IsJson)
                    call.Out.WriteLine($"{name} -> (\n\t{string.Join(",\n\t", Lines(response))}\n)");
            }
            catch (KafkaClientException fault)
            {
                failed = true;
                if (!call.Options.IsJson)
                    call.Out.WriteLine($"{name} -> ERROR: {fault.Message}");
            }
        }

        if (call.Options.IsJson)
            table.WriteJson(call.Out);
        return failed ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>What a node serves, and the features that it and its cluster have.</summary>
    public static async Task<ApiVersionsResponse> ReadAsync(AdminSession session, RequestTarget target)
    {
        var response = await session.SendAsync(target, new ApiVersionsRequest { ClientSoftwareName = "kafka-modular", ClientSoftwareVersion = Broker.Version });
        AdminSession.Check(response.ErrorCode);
        return response;
    }

    private static SortedDictionary<short, string>.ValueCollection Lines(ApiVersionsResponse response)
    {
        var lines = new SortedDictionary<short, string>();
        foreach (var api in response.ApiKeys)
            lines[api.ApiKey] = Line(api);
        foreach (var api in MessageCatalog.Apis.Where(static api => api.Listeners.HasFlag(ApiListeners.Broker)))
            lines.TryAdd((short)api.Key, string.Create(CultureInfo.InvariantCulture, $"{api.Name}({(short)api.Key}): UNSUPPORTED"));
        return lines.Values;
    }

    private static string Line(ApiVersionsResponse.ApiVersion api)
    {
        var range = api.MinVersion == api.MaxVersion ? $"{api.MinVersion}" : $"{api.MinVersion} to {api.MaxVersion}";
        if (MessageCatalog.FindApi(api.ApiKey) is not { } known)
            return $"UNKNOWN({api.ApiKey}): {range}";
        var usable = known.HighestVersion < api.MinVersion ? "[unusable: node too new]"
            : api.MaxVersion < known.LowestVersion ? "[unusable: node too old]"
            : $"[usable: {Usable(api)}]";
        return $"{known.Name}({api.ApiKey}): {range} {usable}";
    }

    private static short? Usable(ApiVersionsResponse.ApiVersion api) =>
        MessageCatalog.FindApi(api.ApiKey) is { } known && known.HighestVersion >= api.MinVersion && api.MaxVersion >= known.LowestVersion
            ? Math.Min(known.HighestVersion, api.MaxVersion)
            : null;
}
