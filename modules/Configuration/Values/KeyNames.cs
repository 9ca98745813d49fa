using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;

namespace Kafka.Modular.Configuration.Values;

/// <summary>What can be said about the name of a key.</summary>
internal static class KeyNames
{
    private static readonly string[] OpenPrefixes = ["config.providers.", "metrics.context."];

    // Keys of Apache's authorizer, which here belong to a plugin that may not have been chosen.
    private static readonly string[] AuthorizerKeys = ["super.users", "allow.everyone.if.no.acl.found"];

    /// <summary>Names of all keys that a file may hold.</summary>
    public static IEnumerable<string> Broker => BrokerKeys.All.Where(key => !key.IsRuntimeOnly).Select(key => key.Name);

    /// <summary>Whether a key takes a list where a source has lists; besides lists proper, texts that Kafka splits itself.</summary>
    public static bool TakesList(ConfigurationKey key) => key.Type == ConfigurationType.List || key.IsSplit;

    /// <summary>A key for a name that is handed on and not looked into; null if the name is none of those.</summary>
    public static ConfigurationKey? PassedThrough(string name, IEnumerable<string> prefixes) =>
        OpenPrefixes.Concat(prefixes).Any(prefix => prefix.Length > 0 && name.StartsWith(prefix, StringComparison.Ordinal))
            ? new() { Name = name, Type = ConfigurationType.Password, Scope = ConfigurationScope.Broker, Help = "Handed on." }
            : null;

    /// <summary>What somebody probably meant by a name that is not known.</summary>
    /// <param name="name">The name.</param>
    /// <param name="plugins">Names of plugins' keys.</param>
    /// <param name="suggested">Takes the key that was suggested.</param>
    public static string Hint(string name, IEnumerable<string> plugins, HashSet<string> suggested)
    {
        if (ConfigurationCatalog.Find(ConfigurationScope.Topic, name) is { } topic)
        {
            return topic.Synonyms.Count > 0
                ? $"it is a topic's key; the broker's default for it is {topic.Synonyms[0]}"
                : "it is a topic's key; set it with kafka-configs --alter --entity-type topics";
        }

        if (ConfigurationCatalog.Find(ConfigurationScope.Group, name) is not null)
        {
            return "it is a group's key; set it with kafka-configs --alter --entity-type groups";
        }

        if (AuthorizerKeys.Contains(name))
        {
            return $"it belongs to the authorizer, which is not chosen; set plugins.authorizer to {ApacheClasses.AuthorizerPlugin}";
        }

        if (NearestKey.Find(name, Broker.Concat(plugins).Concat(RemovedKeys.Names)) is not { } nearest)
        {
            return "";
        }

        suggested.Add(nearest);
        return $"did you mean {nearest}?";
    }

    /// <summary>What somebody probably meant by a name with a listener prefix.</summary>
    public static string HintForPrefixed(ListenerKeyName name)
    {
        if (name.BaseName.Length == 0)
        {
            return $"the form is {ListenerKeyName.Start}<listener>.<key>";
        }

        var prefix = $"{ListenerKeyName.Start}{name.Listener}.";
        if (ConfigurationCatalog.Find(ConfigurationScope.Broker, name.BaseName) is not null)
        {
            return $"{name.BaseName} cannot be set for one listener alone";
        }

        var known = BrokerKeys.All.Where(key => key.ListenerPrefix != ListenerPrefix.None).Select(key => key.Name);
        return NearestKey.Find(name.BaseName, known) is { } nearest ? $"did you mean {prefix}{nearest}?" : "";
    }
}
