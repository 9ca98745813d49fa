using System.Text;
using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Schemas.Compiler.Configuration;

/// <summary>Emits the reference page of all configuration keys.</summary>
internal static class ReferencePageEmitter
{
    /// <summary>Emits the page as Markdown.</summary>
    public static string Emit(IReadOnlyList<KeySchemaBlock> blocks)
    {
        var text = new StringBuilder();
        text.Append("# Configuration keys\n\nMade from `schemas/config` by the schema compiler (`config docs`); change the schemas, not this page.\n\n");
        text.Append("*Change* says how a broker key can change without a restart: for the whole cluster or one broker (cluster), for one broker (broker), ");
        text.Append("for one broker with a listener prefix (listener). A key marked *prefix* can be set for one listener alone as ");
        text.Append("`listener.name.<listener>.<key>`.\n");
        foreach (var block in blocks.OrderBy(block => block.Scope))
        {
            EmitBlock(text, block);
        }

        return text.ToString();
    }

    private static void EmitBlock(StringBuilder text, KeySchemaBlock block)
    {
        text.Append("\n## ").Append(block.Title.TrimEnd('.')).Append("\n\n");
        var broker = block.Scope == ConfigurationScope.Broker;
        text.Append(broker ? "| key | type | default | valid | importance | change |\n| --- | --- | --- | --- | --- | --- |\n"
            : "| key | type | default | valid | follows |\n| --- | --- | --- | --- | --- |\n");
        foreach (var (key, _) in block.Keys)
        {
            text.Append("| `").Append(key.Name).Append("`<br>").Append(Cell(key.Help));
            text.Append(" | ").Append(key.Type.ToString().ToLowerInvariant());
            text.Append(" | ").Append(key.IsRequired ? "*required*" : key.Default is null ? "" : Code(key.Default));
            text.Append(" | ").Append(Cell(Valid(key)));
            if (broker)
            {
                text.Append(" | ").Append(key.Importance.ToString().ToLowerInvariant());
                text.Append(" | ").Append(Change(key));
            }
            else
            {
                text.Append(" | ").Append(string.Join(", ", (key.Synonyms.Count > 0 ? key.Synonyms : key.Entities).Select(Code)));
            }

            text.Append(" |\n");
        }
    }

    private static string Valid(ConfigurationKey key)
    {
        var text = key.Constraint?.Describe() ?? "";
        return text.StartsWith("of ", StringComparison.Ordinal) ? text[3..] : text;
    }

    private static string Change(ConfigurationKey key)
    {
        var mode = key.UpdateMode switch
        {
            UpdateMode.ClusterWide => "cluster",
            UpdateMode.PerBroker => "broker",
            UpdateMode.PerListener => "listener",
            _ => "restart",
        };
        return key.ListenerPrefix switch
        {
            ListenerPrefix.Listener => mode + ", prefix",
            ListenerPrefix.Mechanism => mode + ", prefix with mechanism",
            _ => mode,
        };
    }

    private static string Code(string text) => text.Length == 0 ? "*empty*" : $"`{Cell(text)}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
