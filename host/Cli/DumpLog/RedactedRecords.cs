using System.Text.Json.Nodes;
using Kafka.Modular.Configuration.Describe;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Json;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>
/// Records of the metadata log as JSON, without secrets: a dump is handed to others. What is left out, and the words in its place, are those of Kafka's own log of such
/// records; Kafka's kafka-dump-log leaves nothing out.
/// </summary>
internal static class RedactedRecords
{
    private const string Redacted = "(redacted)";

    /// <summary>The record's JSON text.</summary>
    public static string ToText(MetadataRecord record)
    {
        var text = JsonMessageWriter.ToText(record.Message, record.Version);
        return record.Message switch
        {
            ConfigRecord { Value: not null } config when IsSecret(config) => Without(text, "value"),
            UserScramCredentialRecord => Without(text, "salt", "storedKey", "serverKey"),
            _ => text,
        };
    }

    private static bool IsSecret(ConfigRecord config) =>
        (ConfigResourceType)config.ResourceType == ConfigResourceType.Broker && SensitiveNames.OfBroker(config.Name);

    private static string Without(string text, params ReadOnlySpan<string> fields)
    {
        var node = JsonNode.Parse(text)!.AsObject();
        foreach (var field in fields)
            node[field] = Redacted;
        return node.ToJsonString();
    }
}
