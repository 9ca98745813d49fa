using System.Text.Json;
using System.Text.Json.Nodes;
using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Schemas.Compiler.Configuration;

/// <summary>
/// Emits the JSON Schema of the YAML file, for editors. Keys may be nested at every dot, so each dot opens an object, and the whole
/// flat key stands at the top as well.
/// </summary>
internal static class JsonSchemaEmitter
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Emits the schema as JSON.</summary>
    public static string Emit(IReadOnlyList<KeySchemaBlock> blocks)
    {
        var keys = blocks.Where(block => block.Scope == ConfigurationScope.Broker).SelectMany(block => block.Keys)
            .Select(entry => entry.Key).OrderBy(key => key.Name, StringComparer.Ordinal).ToList();
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            properties[key.Name] = Value(key);
        }

        foreach (var (name, node) in Nested(keys.Select(key => (key.Name.Split('.'), key)).ToList(), 0))
        {
            properties[name] ??= node;
        }

        properties["listener"] = Open("Further keys under listener, and listener.name.<listener>.<key> for one listener.", properties["listener"] as JsonObject);
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "kafka-modular configuration",
            ["type"] = "object",
            ["properties"] = properties,
            // A plugin's keys are known to its plugin.yaml alone.
            ["additionalProperties"] = true,
        };
        return root.ToJsonString(Options) + "\n";
    }

    private static IEnumerable<(string Name, JsonObject Node)> Nested(IReadOnlyList<(string[] Parts, ConfigurationKey Key)> keys, int depth)
    {
        foreach (var group in keys.Where(entry => entry.Parts.Length > depth).GroupBy(entry => entry.Parts[depth], StringComparer.Ordinal))
        {
            var leaf = group.FirstOrDefault(entry => entry.Parts.Length == depth + 1).Key;
            var inner = group.Where(entry => entry.Parts.Length > depth + 1).ToList();
            if (inner.Count == 0)
            {
                yield return (group.Key, Value(leaf!));
                continue;
            }

            var children = new JsonObject();
            foreach (var (name, node) in Nested(inner, depth + 1))
            {
                children[name] = node;
            }

            var branch = new JsonObject { ["type"] = "object", ["properties"] = children };
            yield return (group.Key, leaf is null ? branch : new JsonObject { ["anyOf"] = new JsonArray(Value(leaf), branch) });
        }
    }

    private static JsonObject Value(ConfigurationKey key)
    {
        var node = new JsonObject { ["description"] = key.Help };
        var type = key.Type switch
        {
            ConfigurationType.Boolean => "boolean",
            ConfigurationType.Short or ConfigurationType.Int or ConfigurationType.Long => "integer",
            ConfigurationType.Double => "number",
            _ => "string",
        };
        if (key.Type == ConfigurationType.List)
        {
            var item = new JsonObject { ["type"] = "string" };
            if (key.Constraint is OneOfConstraint values)
            {
                item["enum"] = new JsonArray([.. values.Values.Select(value => JsonValue.Create(value))]);
            }

            node["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "array", ["items"] = item });
        }
        else
        {
            node["type"] = key.IsNullable ? new JsonArray(type, "null") : type;
        }

        switch (key.Constraint)
        {
            case RangeConstraint range:
                Bounds(node, range);
                break;
            case OneOfConstraint { AnyCase: false } oneOf when key.Type == ConfigurationType.String:
                node["enum"] = new JsonArray([.. oneOf.Values.Select(value => JsonValue.Create(value))]);
                break;
            default:
                break;
        }

        if (key.Default is not null && key.Type != ConfigurationType.Password)
        {
            node["default"] = key.Default;
        }

        return node;
    }

    private static void Bounds(JsonObject node, RangeConstraint range)
    {
        var minimum = range.Or is { } or && range.Minimum is { } low ? Math.Min(or, low) : range.Minimum;
        if (minimum is not null)
        {
            node["minimum"] = minimum;
        }

        if (range.Maximum is not null)
        {
            node["maximum"] = range.Maximum;
        }
    }

    private static JsonObject Open(string help, JsonObject? node)
    {
        node ??= new JsonObject { ["type"] = "object" };
        node["description"] = help;
        node["additionalProperties"] = true;
        return node;
    }
}
