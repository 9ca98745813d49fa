using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Plugins;

/// <summary>
/// Finds and loads the plugins that the configuration asks for. What is registered in the process comes before what is in folders, and
/// an earlier folder before a later one.
/// </summary>
/// <remarks>
/// Used in two steps: the keys of the chosen plugins are read first, without loading any code, so that the configuration can be checked as
/// a whole; then the parts are made with their settings. Every failure is a <see cref="PluginException"/> with one line for the operator.
/// </remarks>
public sealed class PluginCatalog : IDisposable
{
    private readonly PluginSelection _selection;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly PluginGenerations _generations;
    private readonly IPluginSource[] _sources;
    private readonly Dictionary<(PluginKind Kind, string Id), PluginCandidate> _chosen = [];
    private readonly List<PluginCode> _code = [];

    /// <summary>Finds the chosen plugins and reads what they say of themselves.</summary>
    /// <param name="selection">What the configuration asks for.</param>
    /// <param name="registrations">Plugins that are part of the process.</param>
    /// <param name="loggers">For the catalogue and for the plugins.</param>
    /// <param name="privateDirectory">Where plugin folders are copied to before they are loaded; null takes the temporary directory.</param>
    /// <exception cref="PluginException">A plugin is missing, cannot be read or is of another version of the contracts.</exception>
    public PluginCatalog(
        PluginSelection selection, IReadOnlyList<PluginRegistration> registrations, ILoggerFactory loggers, string? privateDirectory = null)
    {
        (_selection, _loggers) = (selection, loggers);
        _logger = loggers.CreateLogger("kafka.modular.Plugins");
        _generations = new(privateDirectory, _logger);
        _sources = [new InProcessPluginSource(registrations), new FolderPluginSource(selection.Path, _generations)];
        Choose();
    }

    /// <summary>Keys that the chosen plugins add to the configuration.</summary>
    public IReadOnlyList<ConfigurationKey> Keys => [.. _chosen.Values.Distinct().SelectMany(candidate => candidate.Manifest.Keys)];

    /// <summary>What the chosen plugins say of themselves.</summary>
    public IReadOnlyList<PluginManifest> Manifests => [.. _chosen.Values.Distinct().Select(candidate => candidate.Manifest)];

    /// <summary>What was loaded that can be replaced while the server runs.</summary>
    internal IReadOnlyList<PluginCode> Code => _code;

    /// <summary>Loads the storage plugin and makes the store; the caller disposes it.</summary>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="clock">The clock of the store.</param>
    /// <exception cref="PluginException">It cannot be loaded or set up.</exception>
    public ILogStore CreateStore(ISettingsReader settings, TimeProvider clock)
    {
        var (plugin, context) = Load<IStoragePlugin>(PluginKind.Storage, _selection.Storage, settings, clock);
        return plugin.CreateStore(context);
    }

    /// <summary>Loads the compression plugins and makes their codecs.</summary>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="clock">The clock of the codecs.</param>
    /// <exception cref="PluginException">One cannot be loaded or set up, or two have the same compression type.</exception>
    public CompressionCodecs CreateCodecs(ISettingsReader settings, TimeProvider clock)
    {
        var codecs = new List<ICompressionCodec>();
        foreach (var id in _selection.Compression.Distinct(StringComparer.Ordinal))
        {
            var (plugin, context) = Load<ICompressionPlugin>(PluginKind.Compression, id, settings, clock);
            codecs.Add(plugin.CreateCodec(context));
        }

        try
        {
            return new(codecs);
        }
        catch (ArgumentException error)
        {
            throw new PluginException($"plugins.compression: {error.Message}", error);
        }
    }

    /// <summary>Loads the authorizer's plugin, as it stands at this moment, and makes an authorizer.</summary>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="clock">The clock of the authorizer.</param>
    /// <returns>The authorizer, or null where none is chosen.</returns>
    /// <exception cref="PluginException">It cannot be loaded or set up.</exception>
    public IAuthorizer? CreateAuthorizer(ISettingsReader settings, TimeProvider clock)
    {
        if (_selection.Authorizer is not { Length: > 0 } id)
            return null;
        var (plugin, context) = Load<IAuthorizerPlugin>(PluginKind.Authorizer, id, settings, clock);
        return plugin.CreateAuthorizer(context);
    }

    /// <summary>Loads the authorizer's plugin, as it stands at this moment, makes an authorizer and has it test itself.</summary>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="clock">The clock of the authorizer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The authorizer, or null where none is chosen.</returns>
    /// <exception cref="PluginException">It cannot be loaded or set up, or its test of itself failed; nothing of it stays.</exception>
    internal async Task<AuthorizerGeneration?> LoadAuthorizerAsync(ISettingsReader settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (_selection.Authorizer is not { Length: > 0 } id)
            return null;
        var plugin = LoadGeneration<IAuthorizerPlugin>(PluginKind.Authorizer, id, settings, clock);
        try
        {
            var made = new AuthorizerGeneration(plugin.Plugin.CreateAuthorizer(plugin.Context), plugin);
            await PluginSelfTest.RunAsync(PluginKind.Authorizer, id, made.Authorizer, clock, cancellationToken);
            return made;
        }
        catch
        {
            plugin.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Loads the SASL mechanisms and credential stores, as their folders hold them at this moment, and has each test itself. The caller owns what comes out.
    /// </summary>
    /// <param name="number">The number of the generation, from 1.</param>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="clock">The clock of the plugins.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The generation, or null where the configuration has no mechanism.</returns>
    /// <exception cref="PluginException">One cannot be loaded or set up, or its test of itself failed; nothing of it stays.</exception>
    public async Task<AuthenticationGeneration?> LoadAuthenticationAsync(int number, ISettingsReader settings, TimeProvider clock, CancellationToken cancellationToken)
        => (await LoadAuthenticationAsync(number, settings, clock, [], cancellationToken))?.Generation;

    /// <summary>The same, with some plugins of the generation before in the place of what would be loaded.</summary>
    /// <param name="number">The number of the generation, from 1.</param>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="clock">The clock of the plugins.</param>
    /// <param name="kept">Plugins that are not replaced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The generation, or null where the configuration has no mechanism.</returns>
    /// <exception cref="PluginException">One cannot be loaded or set up, or its test of itself failed; nothing of it stays.</exception>
    internal async Task<LoadedAuthentication?> LoadAuthenticationAsync(
        int number, ISettingsReader settings, TimeProvider clock, IReadOnlyList<SharedPlugin> kept, CancellationToken cancellationToken)
        => _selection.Sasl.Count == 0 ? null : await new AuthenticationLoading(this, _selection, settings, clock, kept).LoadAsync(number, cancellationToken);

    /// <summary>
    /// Loads what a plugin's source holds at this moment; what was loaded before stays as it is. For those that can be replaced while the server runs the
    /// caller disposes it, after everything that was made by it.
    /// </summary>
    /// <typeparam name="T">The interface of the plugin's kind.</typeparam>
    /// <param name="kind">The kind.</param>
    /// <param name="id">An id by which the configuration chose it.</param>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="clock">The clock of the plugin.</param>
    /// <exception cref="PluginException">It cannot be loaded.</exception>
    internal PluginGeneration<T> LoadGeneration<T>(PluginKind kind, string id, ISettingsReader settings, TimeProvider clock)
        where T : class, IPlugin
    {
        var candidate = _chosen[(kind, id)];
        var loaded = candidate.Source.Load(candidate);
        var plugin = loaded.Plugin;
        if (plugin is not T typed || !string.Equals(plugin.Id, candidate.Manifest.Id, StringComparison.Ordinal))
        {
            var (type, actual) = (plugin.GetType().Name, plugin.Id);
            loaded.Dispose();
            throw new PluginException($"{candidate.Manifest.Origin}: says {Name(kind)} '{candidate.Manifest.Id}', but the assembly holds {type} with id '{actual}'");
        }

        _logger.PluginLoaded(Name(kind), candidate.Manifest.Id, candidate.Location, Version(plugin));
        if (candidate.Manifest.IsReplaceable)
            _code.Add(new(kind, candidate.Manifest.Id, Version(plugin), candidate.Location, loaded.Context, loaded.IsCollectible));
        return new(candidate.Manifest, typed, new PluginContext(_loggers, clock, SettingsOf(candidate.Manifest, settings)), loaded);
    }

    /// <summary>The ids, in groups of those that one plugin provides.</summary>
    internal IEnumerable<IGrouping<string, string>> ByPlugin(PluginKind kind, IEnumerable<string> ids)
        => ids.Distinct(StringComparer.Ordinal).GroupBy(id => _chosen[(kind, id)].Manifest.Id, StringComparer.Ordinal);

    /// <summary>Removes the private copies. What was loaded stays loaded.</summary>
    public void Dispose() => _generations.Dispose();

    private static string Version(IPlugin plugin) => plugin.GetType().Assembly.GetName().Version?.ToString() ?? "";

    private static string Name(PluginKind kind) => kind.ToString().ToLowerInvariant();

    private void Choose()
    {
        var listings = _sources.Select(source => source.List()).ToList();
        foreach (var wanted in _selection.Wanted)
        {
            var candidate = listings.SelectMany(listing => listing.Candidates)
                .FirstOrDefault(each => each.Manifest.Kind == wanted.Kind && each.Manifest.Provides.Contains(wanted.Id, StringComparer.Ordinal))
                ?? throw Missing(wanted.Kind, wanted.Id, listings);
            if (!SpiVersion.Current.Supports(candidate.Manifest.Spi))
            {
                throw new PluginException(
                    $"plugins.{Name(wanted.Kind)}: plugin '{wanted.Id}' ({candidate.Manifest.Origin}) was built for version {candidate.Manifest.Spi} of the plugin contracts, this server has {SpiVersion.Current}");
            }

            _chosen[wanted] = candidate;
        }
    }

    private PluginException Missing(PluginKind kind, string id, List<PluginListing> listings)
    {
        var there = listings.SelectMany(listing => listing.Candidates).Where(each => each.Manifest.Kind == kind)
            .SelectMany(each => each.Manifest.Provides).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var problems = listings.SelectMany(listing => listing.Problems).ToList();
        return new(
            $"plugins.{Name(kind)}: plugin '{id}' was not found in {string.Join(", ", _sources.Select(source => source.Description))}; "
            + (there.Count > 0 ? $"there are {string.Join(", ", there)}" : "there is none of this kind")
            + (problems.Count > 0 ? $"; not read: {string.Join("; ", problems)}" : ""));
    }

    private (T Plugin, PluginContext Context) Load<T>(PluginKind kind, string id, ISettingsReader settings, TimeProvider clock)
        where T : class, IPlugin
    {
        var generation = LoadGeneration<T>(kind, id, settings, clock);
        return (generation.Plugin, generation.Context);
    }

    private static Dictionary<string, string> SettingsOf(PluginManifest manifest, ISettingsReader settings)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in manifest.Keys)
        {
            var value = settings.Value(key);
            if ((value is Secret secret ? secret.Reveal() : ConfigurationValues.Format(value)) is { } text)
                values[key.Name] = text;
        }

        return values;
    }
}
