using Kafka.Modular.Configuration;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>Settings that a test changes.</summary>
internal sealed class TestSettings(NetworkSettings current) : ISettings<NetworkSettings>
{
    private Action<NetworkSettings, NetworkSettings>? _changed;

    public NetworkSettings Current { get; private set; } = current;

    public IDisposable OnChange(Action<NetworkSettings, NetworkSettings> changed)
    {
        _changed += changed;
        return new Registration(() => _changed -= changed);
    }

    public void Change(NetworkSettings settings)
    {
        var before = Current;
        Current = settings;
        _changed?.Invoke(before, settings);
    }

    private sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
