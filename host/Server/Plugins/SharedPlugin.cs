using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Server.Plugins;

/// <summary>
/// What was made of one plugin of mechanisms or of a credential store. Generations share it while it is not replaced; it is disposed, and its code let go, with the last
/// of them. Any thread.
/// </summary>
/// <param name="kind">The plugin's kind.</param>
/// <param name="id">The plugin's id.</param>
/// <param name="code">Lets its code go.</param>
internal sealed class SharedPlugin(PluginKind kind, string id, IDisposable code)
{
    private readonly Lock _lock = new();
    private readonly List<IDisposable> _owned = [];
    private IDisposable? _code = code;
    private int _holders;

    public PluginKind Kind { get; } = kind;

    public string Id { get; } = id;

    /// <summary>Its mechanisms; none for a store.</summary>
    public List<ISaslMechanism> Mechanisms { get; } = [];

    /// <summary>Its store; null for mechanisms.</summary>
    public ICredentialStore? Store { get; set; }

    /// <summary>What is disposed in the end, in this order, before the code is let go.</summary>
    public void Own(IDisposable owned) => _owned.Add(owned);

    /// <summary>A generation uses it until it disposes what comes out.</summary>
    public IDisposable Hold()
    {
        lock (_lock)
            _holders++;
        return new Holder(this);
    }

    private void Release()
    {
        lock (_lock)
        {
            if (--_holders > 0)
                return;
        }

        // What keeps a reference to this object must not keep the plugin's code.
        Mechanisms.Clear();
        Store = null;
        foreach (var owned in _owned)
            owned.Dispose();
        _owned.Clear();
        _code?.Dispose();
        _code = null;
    }

    private sealed class Holder(SharedPlugin plugin) : IDisposable
    {
        private SharedPlugin? _plugin = plugin;

        public void Dispose() => Interlocked.Exchange(ref _plugin, null)?.Release();
    }
}
