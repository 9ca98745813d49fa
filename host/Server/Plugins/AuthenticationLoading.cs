using Kafka.Modular.Configuration;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Makes one generation of SASL mechanisms and credential stores. Used once.</summary>
/// <param name="catalog">Where the plugins are.</param>
/// <param name="selection">Which are chosen.</param>
/// <param name="settings">Their settings.</param>
/// <param name="clock">Their clock.</param>
/// <param name="kept">Plugins of the generation before that are not replaced.</param>
internal sealed class AuthenticationLoading(PluginCatalog catalog, PluginSelection selection, ISettingsReader settings, TimeProvider clock, IReadOnlyList<SharedPlugin> kept)
{
    private readonly List<SharedPlugin> _plugins = [];
    private readonly List<IDisposable> _held = [];

    public async Task<LoadedAuthentication> LoadAsync(int number, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var ids in catalog.ByPlugin(PluginKind.Sasl, selection.Sasl))
            {
                if (Keep(PluginKind.Sasl, ids.Key))
                    continue;
                var (plugin, shared) = Load<ISaslPlugin>(PluginKind.Sasl, ids.First());
                foreach (var id in ids)
                {
                    var mechanism = plugin.Plugin.CreateMechanism(id, plugin.Context);
                    shared.Mechanisms.Add(mechanism);
                    await TestAsync(shared, id, mechanism, cancellationToken);
                }
            }

            foreach (var ids in catalog.ByPlugin(PluginKind.Credentials, selection.Credentials))
            {
                if (Keep(PluginKind.Credentials, ids.Key))
                    continue;
                var (plugin, shared) = Load<ICredentialPlugin>(PluginKind.Credentials, ids.First());
                shared.Store = plugin.Plugin.CreateStore(plugin.Context);
                await TestAsync(shared, ids.First(), shared.Store, cancellationToken);            }

            var generation = new AuthenticationGeneration(
                number, _plugins.SelectMany(static plugin => plugin.Mechanisms), [.. _plugins.Select(static plugin => plugin.Store).OfType<ICredentialStore>()], [.. _held]);
            return new LoadedAuthentication(generation, _plugins);
        }
        catch
        {
            foreach (var held in _held)
                held.Dispose();
            throw;
        }
    }

    private bool Keep(PluginKind kind, string id)
    {
        if (kept.FirstOrDefault(plugin => plugin.Kind == kind && string.Equals(plugin.Id, id, StringComparison.Ordinal)) is not { } plugin)
            return false;
        _plugins.Add(plugin);
        _held.Add(plugin.Hold());
        return true;
    }

    private (PluginGeneration<T> Plugin, SharedPlugin Shared) Load<T>(PluginKind kind, string id)
        where T : class, IPlugin
    {
        var plugin = catalog.LoadGeneration<T>(kind, id, settings, clock);
        var shared = new SharedPlugin(kind, plugin.Manifest.Id, plugin);
        _plugins.Add(shared);
        _held.Add(shared.Hold());
        return (plugin, shared);
    }

    private async Task TestAsync(SharedPlugin shared, string id, object made, CancellationToken cancellationToken)
    {
        if (made is IDisposable disposable)
            shared.Own(disposable);
        await PluginSelfTest.RunAsync(shared.Kind, id, made, clock, cancellationToken);
    }
}
