using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Schemas.Compiler.Configuration;

/// <summary>
/// Emits the JSON Schema of the YAML file, for editors. Keys may be nested at every dot, so each dot opens an object, and the whole
/// flat key stands at the top as well; both refer to one definition.
/// </summary>
internal static class JsonSchemaEmitter
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Emits the schema as JSON.</summary>
    public static string Emit(IReadOnlyList<KeySchemaBlock> blocks)
    {
        var keys = blocks.Where(block => block.Scope == ConfigurationScope.Broker).SelectMany(block => block.Keys)
            .Select(entry => entry.Key).Where(key => !key.IsRuntimeOnly).OrderBy(key => key.Name, StringComparer.Ordinal).ToList();
        var definitions = new JsonObject();
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            definitions[key.Name] = Definition(key);
            properties[key.Name] = keys.Exists(other => other.Name.StartsWith(key.Name + ".", StringComparison.Ordinal)) ? OrObject(Reference(key), []) : Reference(key);
        }

        foreach (var (name, node) in Nested([.. keys.Select(key => (key.Name.Split('.'), key))], 0))
        {
            properties[name] ??= node;
        }

        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "kafka-modular configuration",
            ["type"] = "object",
            ["properties"] = properties,
            // A key may have a listener's prefix, and a plugin's keys are known to its plugin.yaml alone.
            ["additionalProperties"] = true,
            ["$defs"] = definitions,
        };
        return root.ToJsonString(Options) + "\n";
    }

    private static IEnumerable<(string Name, JsonObject Node)> Nested(IReadOnlyList<(string[] Parts, ConfigurationKey Key)> keys, int depth)
    {
        foreach (var group in keys.GroupBy(entry => entry.Parts[depth], StringComparer.Ordinal))
        {
            var leaf = group.FirstOrDefault(entry => entry.Parts.Length == depth + 1).Key;
            var children = new JsonObject();
            foreach (var (name, node) in Nested([.. group.Where(entry => entry.Parts.Length > depth + 1)], depth + 1))
            {
                children[name] = node;
            }

            yield return (group.Key, leaf is null ? Object(children) : children.Count == 0 ? Reference(leaf) : OrObject(Reference(leaf), children));
        }
    }

    private static JsonObject Reference(ConfigurationKey key) => new() { ["$ref"] = $"#/$defs/{key.Name}" };

    private static JsonObject OrObject(JsonObject value, JsonObject children) => new() { ["anyOf"] = new JsonArray(value, Object(children)) };

    private static JsonObject Object(JsonObject children) =>
        children.Count == 0 ? new() { ["type"] = "object" } : new() { ["type"] = "object", ["properties"] = children };

    private static JsonObject Definition(ConfigurationKey key)
    {
        var node = new JsonObject { ["description"] = key.Help };
        var types = new List<string>
        {
            key.Type switch
            {
                ConfigurationType.Boolean => "boolean",
                ConfigurationType.Short or ConfigurationType.Int or ConfigurationType.Long => "integer",
                ConfigurationType.Double => "number",
                _ => "string",
            },
        };
        if (UnitSuffix.Describe(key).Length > 0)
        {
            types.Add("string");
        }

        if (key.Type == ConfigurationType.List || key.IsSplit)
        {
            types.Add("array");
            node["items"] = Items(key);
        }

        if (key.IsNullable)
        {
            types.Add("null");
        }

        node["type"] = types.Count == 1 ? types[0] : new JsonArray([.. types.Select(type => JsonValue.Create(type))]);
        AddConstraint(node, key);
        if (Default(key) is { } value)
        {
            node["default"] = value;
        }

        return node;
    }

    private static JsonObject Items(ConfigurationKey key)
    {
        var item = new JsonObject { ["type"] = "string" };
        if (key.Constraint is OneOfConstraint values)
        {
            item["enum"] = Texts(values.Values);
        }

        return item;
    }

    private static void AddConstraint(JsonObject node, ConfigurationKey key)
    {
        switch (key.Constraint)
        {
            case RangeConstraint range:
                var minimum = range.Or is { } or && range.Minimum is { } low ? Math.Min(or, low) : range.Minimum;
                Add("minimum", minimum);
                Add("maximum", range.Maximum);
                break;
            case OneOfConstraint { AnyCase: false } oneOf when key.Type == ConfigurationType.String:
                node["enum"] = Texts(oneOf.Values);
                break;
            default:
                break;
        }

        void Add(string name, double? bound)
        {
            if (bound is { } number)
            {
                node[name] = number == Math.Floor(number) ? JsonValue.Create((long)number) : JsonValue.Create(number);
            }
        }
    }

    private static JsonNode? Default(ConfigurationKey key)
    {
        if (key.Default is not { } text || key.IsSensitive)
        {
            return null;
        }

        return key.Type switch
        {
            ConfigurationType.Boolean => text == "true",
            ConfigurationType.Short or ConfigurationType.Int or ConfigurationType.Long => long.Parse(text, CultureInfo.InvariantCulture),
            ConfigurationType.Double => double.Parse(text, CultureInfo.InvariantCulture),
            ConfigurationType.List => Texts(ConfigurationValues.SplitList(text)),
            _ => text,
        };
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
