using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Which plugins the configuration asks for: its section <c>plugins</c>.</summary>
/// <remarks>
/// Read before the rest of the configuration, because the chosen plugins add keys to it. Whether the values themselves are valid is then
/// checked with everything else.
/// </remarks>
public sealed record PluginSelection
{
    /// <summary>Folders to look in (<c>plugins.path</c>).</summary>
    public IReadOnlyList<string> Path { get; init; } = [System.IO.Path.Combine(AppContext.BaseDirectory, "plugins"), "/usr/lib/kafka-modular/plugins"];

    /// <summary>Id of the store (<c>plugins.storage</c>).</summary>
    public string Storage { get; init; } = "file";

    /// <summary>Ids of the codecs (<c>plugins.compression</c>).</summary>
    public IReadOnlyList<string> Compression { get; init; } = ["gzip", "snappy", "lz4", "zstd"];

    /// <summary>SASL mechanisms (<c>plugins.sasl</c>); unless set, those that the SASL listeners enable, and none where no listener uses SASL.</summary>
    public IReadOnlyList<string> Sasl { get; init; } = [];

    /// <summary>Ids of the credential stores, asked in this order (<c>plugins.credentials</c>).</summary>
    public IReadOnlyList<string> Credentials { get; init; } = [];

    /// <summary>Id of the authorizer (<c>plugins.authorizer</c>), by default the one that <c>authorizer.class.name</c> stands for; null for none.</summary>
    public string? Authorizer { get; init; }

    /// <summary>Every plugin that is wanted, once.</summary>
    public IEnumerable<(PluginKind Kind, string Id)> Wanted
        =>
        [
            (PluginKind.Storage, Storage),
            .. Of(PluginKind.Compression, Compression),
            .. Of(PluginKind.Sasl, Sasl),
            .. Of(PluginKind.Credentials, Credentials),
            .. Of(PluginKind.Authorizer, Authorizer is null ? [] : [Authorizer]),
        ];

    /// <summary>Reads the section from sources; a later source wins over an earlier one.</summary>
    public static PluginSelection Read(IEnumerable<ConfigurationSource> sources)
    {
        var entries = new Dictionary<string, ConfigurationEntry>(StringComparer.Ordinal);
        foreach (var entry in sources.SelectMany(source => source.Entries).Where(entry => !entry.IsNothing))
            entries[entry.Name] = entry;
        var selection = new PluginSelection();
        return selection with
        {
            Path = Items(entries, "plugins.path") ?? selection.Path,
            Storage = Text(entries, "plugins.storage") ?? selection.Storage,
            Compression = Items(entries, "plugins.compression") ?? selection.Compression,
            Sasl = Items(entries, "plugins.sasl") ?? EnabledMechanisms(entries),
            Credentials = Items(entries, "plugins.credentials") ?? selection.Credentials,
            Authorizer = Text(entries, "plugins.authorizer") ?? AuthorizerOf(Text(entries, BrokerKeys.AuthorizerClassName.Name)),
        };
    }

    private static IEnumerable<(PluginKind Kind, string Id)> Of(PluginKind kind, IEnumerable<string> ids)
        => ids.Distinct(StringComparer.Ordinal).Select(id => (kind, id));

    // Another class is refused when the configuration is checked.
    private static string? AuthorizerOf(string? className) => string.IsNullOrEmpty(className) ? null : ApacheClasses.AuthorizerPlugin;

    private static IReadOnlyList<string> EnabledMechanisms(Dictionary<string, ConfigurationEntry> entries)
    {
        var protocols = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in Items(entries, BrokerKeys.ListenerSecurityProtocolMap.Name) ?? [.. SecurityProtocols.Names.Select(static name => $"{name}:{name}")])
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                protocols[pair[..colon].Trim()] = pair[(colon + 1)..].Trim();
        }

        return
        [
            .. (Items(entries, BrokerKeys.Listeners.Name) ?? [])
                .Select(static listener => listener.Split(':')[0])
                .Where(name => protocols.GetValueOrDefault(name)?.StartsWith("SASL_", StringComparison.OrdinalIgnoreCase) == true)
                .SelectMany(name => MechanismsOf(entries, name))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static IReadOnlyList<string> MechanismsOf(Dictionary<string, ConfigurationEntry> entries, string listener)
    {
        var key = BrokerKeys.SaslEnabledMechanisms;
        return Items(entries, $"listener.name.{listener.ToLowerInvariant()}.{key.Name}")
            ?? Items(entries, key.Name)
            ?? [.. ConfigurationValues.SplitList(key.Default ?? "")];
    }

    private static string? Text(Dictionary<string, ConfigurationEntry> entries, string name) => entries.GetValueOrDefault(name)?.Text?.Trim();

    private static IReadOnlyList<string>? Items(Dictionary<string, ConfigurationEntry> entries, string name)
        => entries.GetValueOrDefault(name) is { } entry
            ? entry.Items ?? entry.Text!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : null;
}
