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

    /// <summary>Every plugin that is wanted, once.</summary>
    public IEnumerable<(PluginKind Kind, string Id)> Wanted
        => Compression.Distinct(StringComparer.Ordinal).Select(id => (PluginKind.Compression, id)).Prepend((PluginKind.Storage, Storage));

    /// <summary>Reads the section from sources; a later source wins over an earlier one.</summary>
    public static PluginSelection Read(IEnumerable<ConfigurationSource> sources)
    {
        var selection = new PluginSelection();
        foreach (var entry in sources.SelectMany(source => source.Entries).Where(entry => !entry.IsNothing))
        {
            selection = entry.Name switch
            {
                "plugins.path" => selection with { Path = Items(entry) },
                "plugins.storage" when entry.Text is { } id => selection with { Storage = id.Trim() },
                "plugins.compression" => selection with { Compression = Items(entry) },
                _ => selection,
            };
        }

        return selection;
    }

    private static IReadOnlyList<string> Items(ConfigurationEntry entry)
        => entry.Items ?? entry.Text!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
