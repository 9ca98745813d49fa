using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server;

/// <summary>
/// Reads the configuration of a server in Kafka's order of strength: the file, or without one the built-in configuration; the environment; what was given
/// on the command line. The chosen plugins are found on the way, for they add keys.
/// </summary>
public sealed class ServerConfiguration : IDisposable
{
    private ServerConfiguration(ConfigurationResult result, PluginCatalog plugins, bool isBuiltIn)
    {
        Result = result;
        Plugins = plugins;
        IsBuiltIn = isBuiltIn;
    }

    /// <summary>The configuration, or what is wrong with it.</summary>
    public ConfigurationResult Result { get; }

    /// <summary>The chosen plugins.</summary>
    public PluginCatalog Plugins { get; }

    /// <summary>Whether there is no file.</summary>
    public bool IsBuiltIn { get; }

    /// <summary>Reads everything.</summary>
    /// <param name="file">A YAML file, a <c>.properties</c> file, or null for none.</param>
    /// <param name="overrides">Values given as <c>key=value</c>.</param>
    /// <param name="loggers">For the plugins.</param>
    /// <param name="registrations">Plugins that are part of the process.</param>
    /// <exception cref="PluginException">A plugin is missing or cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ServerConfiguration Load(
        string? file, IEnumerable<string> overrides, ILoggerFactory loggers, IReadOnlyList<PluginRegistration>? registrations = null)
    {
        var sources = Sources(file, overrides);
        var plugins = new PluginCatalog(PluginSelection.Read(sources), registrations ?? [], loggers);
        try
        {
            return new ServerConfiguration(NodeConfiguration.Load(sources, plugins.Keys), plugins, file is null);
        }
        catch
        {
            plugins.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Plugins.Dispose();

    /// <summary>What the file and the environment give, unchecked; a later source wins over an earlier one.</summary>
    /// <param name="file">A YAML file or a <c>.properties</c> file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static IReadOnlyList<ConfigurationSource> SourcesOf(string file) => Sources(file, []);

    /// <summary>What the configuration is read from; a later source wins over an earlier one.</summary>
    internal static ConfigurationSource[] Sources(string? file, IEnumerable<string> overrides) =>
    [
        file is null ? BuiltInConfiguration.Source : ReadFile(file),
        EnvironmentReader.Read(),
        ConfigurationSource.Of(overrides.Select(Split), "--override"),
    ];

    private static ConfigurationSource ReadFile(string file)
    {
        var text = File.ReadAllText(file);
        return file.EndsWith(".properties", StringComparison.OrdinalIgnoreCase) ? PropertiesReader.Read(text, file) : YamlReader.Read(text, file);
    }

    private static KeyValuePair<string, string> Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? KeyValuePair.Create(text.Trim(), "") : KeyValuePair.Create(text[..equals].Trim(), text[(equals + 1)..].Trim());
    }
}
