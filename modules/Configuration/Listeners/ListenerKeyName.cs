using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Listeners;

/// <summary>A name of the form <c>listener.name.&lt;listener&gt;.[&lt;mechanism&gt;.]&lt;key&gt;</c>.</summary>
/// <param name="Listener">The listener, as written.</param>
/// <param name="Mechanism">The SASL mechanism, as written, or null.</param>
/// <param name="BaseName">The key without the prefix.</param>
/// <param name="Key">The key; null if there is none of this name that takes a prefix.</param>
internal readonly record struct ListenerKeyName(string Listener, string? Mechanism, string BaseName, ConfigurationKey? Key)
{
    /// <summary>How every such name begins.</summary>
    public const string Start = "listener.name.";

    /// <summary>Splits a name; null if it is not of this form.</summary>
    public static ListenerKeyName? Parse(string name)
    {
        if (!name.StartsWith(Start, StringComparison.Ordinal))
        {
            return null;
        }

        var dot = name.IndexOf('.', Start.Length);
        if (dot < 0)
        {
            return new(name[Start.Length..], null, "", null);
        }

        var listener = name[Start.Length..dot];
        var rest = name[(dot + 1)..];
        if (ConfigurationCatalog.Find(ConfigurationScope.Broker, rest) is { ListenerPrefix: not ListenerPrefix.None } key)
        {
            return new(listener, null, rest, key);
        }

        var second = rest.IndexOf('.', StringComparison.Ordinal);
        if (second > 0 && ConfigurationCatalog.Find(ConfigurationScope.Broker, rest[(second + 1)..]) is { ListenerPrefix: ListenerPrefix.Mechanism } mechanismKey)
        {
            return new(listener, rest[..second], rest[(second + 1)..], mechanismKey);
        }

        return new(listener, null, rest, null);
    }

    /// <summary>The names under which a key may be given for a listener and a mechanism, the most particular first.</summary>
    public static IEnumerable<string> Candidates(string listener, string? mechanism, ConfigurationKey key)
    {
        var prefix = Start + listener.ToLowerInvariant() + ".";
        if (mechanism is not null && key.ListenerPrefix == ListenerPrefix.Mechanism)
        {
            yield return prefix + mechanism.ToLowerInvariant() + "." + key.Name;
        }

        if (key.ListenerPrefix != ListenerPrefix.None)
        {
            yield return prefix + key.Name;
        }
    }
}
