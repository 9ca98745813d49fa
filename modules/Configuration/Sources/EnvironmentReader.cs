namespace Kafka.Modular.Configuration.Sources;

/// <summary>
/// Reads <c>KAFKA_…</c> environment variables by the rules of Kafka's container image: after the prefix, in lower case, one underscore is a
/// dot, two are an underscore, three are a hyphen. <c>KAFKA_NODE_ID</c> is <c>node.id</c>.
/// </summary>
public static class EnvironmentReader
{
    private const string Prefix = "KAFKA_";

    // Those that the image itself leaves out, and others that are set on machines with Kafka on them but are no configuration.
    private static readonly HashSet<string> Excluded = new(StringComparer.Ordinal)
    {
        "KAFKA_VERSION", "KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS", "KAFKA_OPTS", "KAFKA_JMX_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS", "KAFKA_GC_LOG_OPTS",
        "KAFKA_LOG4J_ROOT_LOGLEVEL", "KAFKA_LOG4J_LOGGERS", "KAFKA_TOOLS_LOG4J_LOGLEVEL", "KAFKA_JMX_HOSTNAME", "KAFKA_JMX_PORT", "KAFKA_DEBUG",
        "KAFKA_HOME", "KAFKA_USER", "KAFKA_GROUP", "KAFKA_CLUSTER_ID", "KAFKA_LOG4J_CMD_OPTS",
    };

    /// <summary>Reads the variables of this process.</summary>
    public static ConfigurationSource Read()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return Read(variables);
    }

    /// <summary>Reads variables.</summary>
    /// <param name="variables">Names and values; those that do not begin with <c>KAFKA_</c> are passed over.</param>
    public static ConfigurationSource Read(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var entries = new List<ConfigurationEntry>();
        foreach (var (name, value) in variables)
        {
            if (name.Length > Prefix.Length && name.StartsWith(Prefix, StringComparison.Ordinal)
                && !Excluded.Contains(name) && !name.StartsWith("KAFKA_MODULAR_", StringComparison.Ordinal))
            {
                entries.Add(new(NameOf(name), value, null, new(ConfigurationOriginKind.Environment, name)));
            }
        }

        entries.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new(entries, []);
    }

    /// <summary>The key that a variable stands for.</summary>
    public static string NameOf(string variable) =>
        variable[Prefix.Length..].ToLowerInvariant().Replace("_", ".", StringComparison.Ordinal)
            .Replace("...", "-", StringComparison.Ordinal).Replace("..", "_", StringComparison.Ordinal);

    /// <summary>The variable that stands for a key.</summary>
    public static string VariableOf(string key) =>
        Prefix + key.Replace("_", "\u0001", StringComparison.Ordinal).Replace("-", "___", StringComparison.Ordinal).Replace(".", "_", StringComparison.Ordinal)
            .Replace("\u0001", "__", StringComparison.Ordinal).ToUpperInvariant();
}
