using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Schemas.Compiler.Configuration;

/// <summary>Checks what no single line of a configuration schema can show: names, defaults against ranges, synonyms that exist.</summary>
internal static class ConfigurationChecker
{
    /// <summary>Checks all blocks together.</summary>
    public static List<KeySchemaError> Check(IReadOnlyList<KeySchemaBlock> blocks)
    {
        var errors = new List<KeySchemaError>();
        var seen = new Dictionary<(ConfigurationScope, string), string>();
        var records = new HashSet<string>(StringComparer.Ordinal);
        var brokerKeys = blocks.Where(block => block.Scope == ConfigurationScope.Broker).SelectMany(block => block.Keys)
            .DistinctBy(entry => entry.Key.Name).ToDictionary(entry => entry.Key.Name, entry => entry.Key, StringComparer.Ordinal);
        foreach (var block in blocks)
        {
            if (!records.Add(block.Name))
            {
                errors.Add(new(block.File, 1, 1, $"settings '{block.Name}' stand in more than one place"));
            }

            if (block.Module.Length == 0)
            {
                errors.Add(new(block.File, 1, 1, $"settings '{block.Name}' name no module"));
            }

            foreach (var (key, line) in block.Keys)
            {
                if (!seen.TryAdd((key.Scope, key.Name), block.File))
                {
                    errors.Add(new(block.File, line, 1, $"'{key.Name}' is declared twice"));
                }

                foreach (var problem in CheckKey(key, brokerKeys))
                {
                    errors.Add(new(block.File, line, 1, $"'{key.Name}': {problem}"));
                }
            }
        }

        return errors;
    }

    private static IEnumerable<string> CheckKey(ConfigurationKey key, Dictionary<string, ConfigurationKey> brokerKeys)
    {
        if (key.Help.Length == 0)
        {
            yield return "a line of help is missing";
        }

        if (!key.IsRequired && !(key.Default is null && key.IsNullable) && ConfigurationValues.TryRead(key, key.Default, out _) is { } reason)
        {
            yield return $"its own default is not valid: {reason}";
        }

        if (key.IsNullable && key.Type == ConfigurationType.Boolean)
        {
            yield return "a boolean is never absent";
        }

        if (key.Scope != ConfigurationScope.Broker && (key.UpdateMode != UpdateMode.ReadOnly || key.ListenerPrefix != ListenerPrefix.None))
        {
            yield return "only broker keys have a dynamic mode or a listener prefix";
        }

        if (key.UpdateMode == UpdateMode.PerListener && key.ListenerPrefix == ListenerPrefix.None)
        {
            yield return "'dynamic listener' needs a prefix";
        }

        if (key.Entities.Count > 0 != (key.Scope == ConfigurationScope.Quota))
        {
            yield return "quota keys, and only those, name their entities";
        }

        foreach (var synonym in key.Synonyms)
        {
            if (!brokerKeys.TryGetValue(synonym, out var other))
            {
                yield return $"there is no broker key '{synonym}'";
            }
            else if (other.Type != key.Type && !(IsInteger(other.Type) && IsInteger(key.Type)))
            {
                yield return $"'{synonym}' is of another type";
            }
        }
    }

    private static bool IsInteger(ConfigurationType type) => type is ConfigurationType.Short or ConfigurationType.Int or ConfigurationType.Long;
}
