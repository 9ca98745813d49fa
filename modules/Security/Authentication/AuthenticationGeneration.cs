using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>
/// The mechanisms and credential stores of one time. New exchanges take the current generation; one that has been replaced lives until the last exchange that it
/// began is over, and is let go then. Any thread.
/// </summary>
public sealed class AuthenticationGeneration
{
    private readonly Dictionary<string, ISaslMechanism> _mechanisms;
    private IReadOnlyList<IDisposable> _owned;
    private readonly Lock _lock = new();
    private int _exchanges;
    private bool _isRetired;
    private bool _isReleased;

    /// <summary>Creates a generation.</summary>
    /// <param name="number">Counts from 1.</param>
    /// <param name="mechanisms">The mechanisms, each name once.</param>
    /// <param name="stores">The credential stores, in the order in which they are asked.</param>
    /// <param name="owned">What is disposed in the end, in this order: what was made of plugins, then what holds their code.</param>
    public AuthenticationGeneration(
        int number, IEnumerable<ISaslMechanism> mechanisms, IReadOnlyList<ICredentialStore> stores, IReadOnlyList<IDisposable> owned)
    {
        Number = number;
        _mechanisms = mechanisms.ToDictionary(static mechanism => mechanism.Name, StringComparer.Ordinal);
        Stores = stores;
        _owned = owned;
    }

    /// <summary>Counts from 1.</summary>
    public int Number { get; }

    /// <summary>The credential stores.</summary>
    public IReadOnlyList<ICredentialStore> Stores { get; private set; }

    /// <summary>Names of the mechanisms.</summary>
    public IReadOnlyCollection<string> Mechanisms => _mechanisms.Keys;

    /// <summary>Whether it was replaced and let go.</summary>
    public bool IsReleased
    {
        get
        {
            lock (_lock)
                return _isReleased;
        }
    }

    /// <summary>Whether there is a mechanism of this name.</summary>
    /// <param name="mechanism">The name.</param>
    public bool Has(string mechanism) => _mechanisms.ContainsKey(mechanism);

    /// <summary>Lets go of everything: it will not be used.</summary>
    public void Abandon() => Retire();

    internal ISaslMechanism? Find(string mechanism) => _mechanisms.GetValueOrDefault(mechanism);

    internal bool TryEnter()
    {
        lock (_lock)
        {
            if (_isRetired)
                return false;
            _exchanges++;
            return true;
        }
    }

    internal void Leave()
    {
        lock (_lock)
            _exchanges--;
        Release();
    }

    /// <summary>No exchange is begun any more; lets go of everything once none is under way.</summary>
    internal void Retire()
    {
        lock (_lock)
            _isRetired = true;
        Release();
    }

    private void Release()
    {
        lock (_lock)
        {
            if (!_isRetired || _exchanges > 0 || _isReleased)
                return;
            _isReleased = true;
        }

        // What keeps a reference to this object must not keep the plugins' code.
        _mechanisms.Clear();
        Stores = [];
        foreach (var owned in _owned)
            owned.Dispose();
        _owned = [];
    }
}
