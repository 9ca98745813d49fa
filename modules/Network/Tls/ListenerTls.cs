using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Core.Tls;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Tls;

/// <summary>
/// The TLS of one listener: its certificates, replaced when their files or the settings change and the new ones hold up against the checks. Connections
/// keep what they began with. Safe to use from any thread.
/// </summary>
internal sealed class ListenerTls
{
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(30);

    private readonly Lock _reloading = new();
    private readonly ListenerEndPoint _listener;
    private readonly ListenerTlsParts _parts;
    private readonly bool _isInterBroker;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private (FileStamp Key, FileStamp Trust) _stamps;
    private volatile TlsState _state;

    /// <summary>Loads the certificates of a listener.</summary>
    /// <exception cref="ListenerException">They cannot be used.</exception>
    public ListenerTls(ListenerEndPoint listener, ListenerTlsParts parts, bool isInterBroker, TimeProvider time, ILogger logger)
    {
        _listener = listener;
        _parts = parts;
        _isInterBroker = isInterBroker;
        _time = time;
        _logger = logger;
        var settings = parts.Settings.Current;
        _stamps = StampsOf(settings);
        try
        {
            _state = TlsState.Load(settings, parts.AsksClients, time.GetUtcNow());
        }
        catch (TlsConfigurationException fault)
        {
            throw new ListenerException($"Listener {listener} cannot be opened: {fault.Message}", fault);
        }

        LogLoaded(_state);
        if (isInterBroker && StoreCompatibility.OwnRefusal(_state) is { } refusal)
        {
            logger.WouldNotTrustItself(listener.Name, refusal);
        }
    }

    /// <summary>What handshakes that begin now are made with.</summary>
    public TlsState State => _state;

    /// <summary>Says who the owner of a client's certificate is.</summary>
    public ICertificatePrincipals Principals => _parts.Principals;

    /// <summary>New certificates that were refused.</summary>
    public Counter Refusals { get; } = new();

    /// <summary>What speaks against other settings, as they would be loaded at this moment; null when nothing does. Changes nothing.</summary>
    public string? Objection(SslSettings settings)
    {
        try
        {
            Check(TlsState.Load(settings, _parts.AsksClients, _time.GetUtcNow()));
            return null;
        }
        catch (TlsConfigurationException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>Loads the certificates again if a file has changed since the last time.</summary>
    public void ReloadIfChanged() => Reload(onlyIfChanged: true);

    /// <summary>Loads the certificates again. When they cannot be used those before stay, and a line says why.</summary>
    public void Reload() => Reload(onlyIfChanged: false);

    private static (FileStamp Key, FileStamp Trust) StampsOf(SslSettings settings) => (FileStamp.Of(settings.SslKeystoreLocation), FileStamp.Of(settings.SslTruststoreLocation));

    private void Reload(bool onlyIfChanged)
    {
        lock (_reloading)
        {
            // Taken before the files are read: one that changes meanwhile is read again the next time.
            var settings = _parts.Settings.Current;
            var stamps = StampsOf(settings);
            if (onlyIfChanged && stamps == _stamps)
            {
                return;
            }

            _stamps = stamps;
            try
            {
                Replace(TlsState.Load(settings, _parts.AsksClients, _time.GetUtcNow()));
            }
            catch (TlsConfigurationException fault)
            {
                Refusals.Increment();
                _logger.CertificatesNotReplaced(_listener.Name, fault.Message);
            }
        }
    }

    private void Replace(TlsState state)
    {
        Check(state);
        _state = state;
        LogLoaded(state);
    }

    private void Check(TlsState state)
    {
        var before = _state;
        if (StoreCompatibility.Check(before, state) is { } objection)
        {
            throw objection;
        }

        if (_isInterBroker && StoreCompatibility.OwnRefusal(state) is { } refusal && StoreCompatibility.OwnRefusal(before) is null)
        {
            throw new TlsConfigurationException("ssl.keystore.location", $"other brokers would not trust the new certificate: {refusal}");
        }
    }

    private void LogLoaded(TlsState state)
    {
        var certificate = state.Key.Certificate;
        var expires = state.Key.FirstToExpire.NotAfter.ToUniversalTime();
        _logger.CertificatesLoaded(_listener.Name, certificate.Subject, expires, state.Trust?.Certificates.Count ?? 0);
        if (expires - _time.GetUtcNow().UtcDateTime < s_soon)
        {
            _logger.CertificateExpiresSoon(_listener.Name, state.Key.FirstToExpire.Subject, expires);
        }
    }
}
