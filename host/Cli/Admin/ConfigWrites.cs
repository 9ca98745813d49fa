using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Admin;

/// <summary>Changes configurations key by key.</summary>
internal static class ConfigWrites
{
    private const sbyte SetOperation = 0;
    private const sbyte DeleteOperation = 1;

    /// <summary>Sets keys of a resource; a key whose value is null is removed.</summary>
    /// <exception cref="Client.KafkaClientException">The change is refused.</exception>
    public static async Task AlterAsync(AdminSession session, sbyte type, string name, params IReadOnlyList<(string Key, string? Value)> changes)
    {
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
                        .. changes.Select(static change => new IncrementalAlterConfigsRequest.AlterableConfig
                        {
                            Name = change.Key, ConfigOperation = change.Value is null ? DeleteOperation : SetOperation, Value = change.Value,
                        }),
                    ],
                },
            ],
        };
        var response = await session.SendAsync(ConfigReads.TargetOf(type, name), request);
        foreach (var result in response.Responses)
            AdminSession.Check(result.ErrorCode, result.ErrorMessage);
    }
}
