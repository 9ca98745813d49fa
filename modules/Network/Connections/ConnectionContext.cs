using System.Net;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Network.Metrics;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Network.Connections;

/// <summary>What is known of a connection. Members may be read from any thread.</summary>
public sealed class ConnectionContext
{
    /// <summary>What <see cref="ClientSoftwareName"/> and <see cref="ClientSoftwareVersion"/> say before the client has told (KIP-511).</summary>
    public const string UnknownSoftware = "unknown";

    private readonly Lock _lock = new();
    private readonly int _number;
    private object[] _states = [];
    private string? _id;
    private bool _isAuthenticated = true;
    private int _frameLimit;
    private ConnectionKind? _encryption;
    private ConnectionKind? _software;
    private bool _isClosed;

    /// <summary>Creates the context of a connection.</summary>
    /// <param name="listener">Where it was accepted.</param>
    /// <param name="local">This end.</param>
    /// <param name="remote">The peer.</param>
    /// <param name="number">Tells apart connections that have the same ends one after the other.</param>
    public ConnectionContext(ListenerEndPoint listener, IPEndPoint local, IPEndPoint remote, int number)
    {
        Listener = listener;
        Local = local;
        Remote = remote;
        Identity = new ClientIdentity(KafkaPrincipal.Anonymous, [], remote.Address, listener.Name);
        _number = number;
    }

    /// <summary>Where it was accepted.</summary>
    public ListenerEndPoint Listener { get; }

    /// <summary>This end.</summary>
    public IPEndPoint Local { get; }

    /// <summary>The peer; one of IPv4 by its own address even if the listener serves both families.</summary>
    public IPEndPoint Remote { get; }

    /// <summary>
    /// Unique name of the connection in Kafka's form, <c>localHost:localPort-remoteHost:remotePort-processor-index</c>; the processor is always 0.
    /// </summary>
    public string Id => _id ??= $"{Local.Address}:{Local.Port}-{Remote.Address}:{Remote.Port}-0-{_number}";

    /// <summary>Who it speaks for; <see cref="KafkaPrincipal.Anonymous"/> until authentication says otherwise. Each authentication sets a new object.</summary>
    public ClientIdentity Identity { get; set; }

    /// <summary>The principal of <see cref="Identity"/>.</summary>
    public KafkaPrincipal Principal => Identity.Principal;

    /// <summary>The client id of the latest request header, or null.</summary>
    public string? ClientId { get; set; }

    /// <summary>Name of the client's software, as it told in ApiVersions (KIP-511).</summary>
    public string ClientSoftwareName { get; private set; } = UnknownSoftware;

    /// <summary>Version of the client's software, as it told in ApiVersions (KIP-511).</summary>
    public string ClientSoftwareVersion { get; private set; } = UnknownSoftware;

    /// <summary>
    /// Whether it is known who it speaks for, as far as its listener asks. Connections of which that is not known for too long are closed. Whoever authenticates
    /// sets it to false when the connection is accepted, and to true later.
    /// </summary>
    public bool IsAuthenticated
    {
        get => Volatile.Read(ref _isAuthenticated);
        set => Volatile.Write(ref _isAuthenticated, value);
    }

    /// <summary>Largest request that is read next, in bytes, where that is less than <c>socket.request.max.bytes</c>; 0 for no limit of its own.</summary>
    public int FrameLimit
    {
        get => Volatile.Read(ref _frameLimit);
        set => Volatile.Write(ref _frameLimit, value);
    }

    /// <summary>What is counted of its listener, or null where nothing is.</summary>
    internal ListenerMetrics? Metrics { get; init; }

    /// <summary>How it is protected.</summary>
    public SecurityProtocol Protocol => Listener.Protocol;

    /// <summary>The state of type <typeparamref name="T"/> that a module keeps for this connection, or null.</summary>
    public T? Find<T>()
        where T : class
    {
        foreach (var state in Volatile.Read(ref _states))
        {
            if (state is T found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The state of type <typeparamref name="T"/> that a module keeps for this connection; made on first use.</summary>
    public T GetOrAdd<T>(Func<ConnectionContext, T> create)
        where T : class
    {
        if (Find<T>() is { } existing)
        {
            return existing;
        }

        lock (_lock)
        {
            if (Find<T>() is { } meanwhile)
            {
                return meanwhile;
            }

            var created = create(this);
            Volatile.Write(ref _states, [.. _states, created]);
            return created;
        }
    }

    /// <summary>Counts something that happened when it was authenticated.</summary>
    /// <param name="what">What happened.</param>
    public void Count(AuthenticationEvent what) => Metrics?.Authentications(what).Increment();

    /// <summary>Counts that the client authenticated again, and how long that took.</summary>
    /// <param name="latency">From its handshake to its success.</param>
    public void CountReauthentication(TimeSpan latency)
    {
        Count(AuthenticationEvent.Reauthenticated);
        Metrics?.Reauthentication.Observe(Math.Round(latency.TotalMilliseconds));
    }

    /// <summary>The client has told what it is (KIP-511).</summary>
    /// <param name="name">Name of its software.</param>
    /// <param name="version">Version of its software.</param>
    public void SetClientSoftware(string name, string version)
    {
        (ClientSoftwareName, ClientSoftwareVersion) = (name, version);
        if (Metrics is not null)
            Count(Metrics.Software, ref _software, new ConnectionKind(name, version));
    }

    /// <summary>How it is encrypted.</summary>
    internal void SetEncryption(string cipherSuite, string protocol)
    {
        if (Metrics is not null)
            Count(Metrics.Encryption, ref _encryption, new ConnectionKind(cipherSuite, protocol));
    }

    /// <summary>It has ended: it is counted among the open ones no more.</summary>
    internal void OnClosed()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_software is not null)
                Metrics!.Software.Remove(_software);
            if (_encryption is not null)
                Metrics!.Encryption.Remove(_encryption);
            (_software, _encryption) = (null, null);
        }
    }

    /// <summary><see cref="Id"/>.</summary>
    public override string ToString() => Id;

    private void Count(ConnectionKinds kinds, ref ConnectionKind? before, ConnectionKind now)
    {
        lock (_lock)
        {
            if (_isClosed || now == before)
                return;
            if (before is not null)
                kinds.Remove(before);
            before = kinds.TryAdd(now) ? now : null;
        }
    }
}
