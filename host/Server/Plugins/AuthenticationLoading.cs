using Kafka.Modular.Configuration;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Makes one generation of SASL mechanisms and credential stores. Used once.</summary>
internal sealed class AuthenticationLoading(PluginCatalog catalog, PluginSelection selection, ISettingsReader settings, TimeProvider clock)
{
    private readonly List<IDisposable> _made = [];
    private readonly List<IDisposable> _code = [];
    private readonly List<ISaslMechanism> _mechanisms = [];
    private readonly List<ICredentialStore> _stores = [];

    public async Task<AuthenticationGeneration?> LoadAsync(int number, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var ids in catalog.ByPlugin(PluginKind.Sasl, selection.Sasl))
            {
                var plugin = Load<ISaslPlugin>(PluginKind.Sasl, ids.First());
                foreach (var mechanism in ids)
                {
                    _mechanisms.Add(plugin.Plugin.CreateMechanism(mechanism, plugin.Context));
                    await AddAsync(PluginKind.Sasl, mechanism, _mechanisms[^1], cancellationToken);
                }
            }

            foreach (var id in selection.Credentials.Distinct(StringComparer.Ordinal))
            {
                var plugin = Load<ICredentialPlugin>(PluginKind.Credentials, id);
                _stores.Add(plugin.Plugin.CreateStore(plugin.Context));
                await AddAsync(PluginKind.Credentials, id, _stores[^1], cancellationToken);
            }

            return new AuthenticationGeneration(number, _mechanisms, _stores, [.. _made, .. _code]);
        }
        catch
        {
            foreach (var each in _made.Concat(_code))
                each.Dispose();
            throw;
        }
    }

    private PluginGeneration<T> Load<T>(PluginKind kind, string id)
        where T : class, IPlugin
    {
        var plugin = catalog.LoadGeneration<T>(kind, id, settings, clock);
        _code.Add(plugin);
        return plugin;
    }

    private async Task AddAsync(PluginKind kind, string id, object made, CancellationToken cancellationToken)
    {
        if (made is IDisposable disposable)
            _made.Add(disposable);
        await PluginSelfTest.RunAsync(kind, id, made, clock, cancellationToken);
    }
}
