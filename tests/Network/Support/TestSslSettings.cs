using Kafka.Modular.Configuration;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>Settings of TLS that a test changes.</summary>
internal sealed class TestSslSettings(SslSettings current) : ISettings<SslSettings>
{
    private Action<SslSettings, SslSettings>? _changed;

    public SslSettings Current { get; private set; } = current;

    public IDisposable OnChange(Action<SslSettings, SslSettings> changed)
    {
        _changed += changed;
        return new Registration();
    }

    public void Change(SslSettings settings)
    {
        var before = Current;
        Current = settings;
        _changed?.Invoke(before, settings);
    }

    private sealed class Registration : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
