using System.Net;
using Kafka.Modular.Configuration;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>A server on a free port, in memory or on sockets, whose clock the test moves.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly EventLoop _timers;

    private TestServer(INetwork network, NetworkSettings settings, IRequestDispatcher? dispatcher, Func<SocketServerParts, SocketServerParts>? change, BufferPool pool)
    {
        Pool = pool;
        Network = network;
        Settings = new TestSettings(settings);
        _timers = new EventLoop("timers", Time, Faults.Add);
        Dispatcher = dispatcher as Dispatcher ?? Support.Dispatcher.Echo(Pool);
        var parts = new SocketServerParts
        {
            Settings = Settings,
            Layout = TestLayout.Of(settings.Listeners),
            Dispatcher = dispatcher ?? Dispatcher,
            Network = network,
            Pool = Pool,
            Time = Time,
            Timers = _timers,
            Loggers = Log,
        };
        Server = new SocketServer(change?.Invoke(parts) ?? parts);
    }

    public static NetworkSettings DefaultSettings { get; } = new()
    {
        Listeners = ["PLAINTEXT://127.0.0.1:0"],
        SocketReceiveBufferBytes = -1,
        SocketSendBufferBytes = -1,
    };

    public INetwork Network { get; }

    public TestSettings Settings { get; }

    public Dispatcher Dispatcher { get; }

    public SocketServer Server { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public BufferPool Pool { get; }

    public LogLines Log { get; } = new();

    public List<Exception> Faults { get; } = [];

    public IPEndPoint Address => Server.Listeners[0].Addresses[0];

    public static async Task<TestServer> StartAsync(
        INetwork network,
        NetworkSettings? settings = null,
        Func<BufferPool, IRequestDispatcher>? dispatcher = null,
        Func<SocketServerParts, SocketServerParts>? change = null,
        BufferPool? pool = null,
        string? startOnly = null,
        DateTimeOffset? now = null)
    {
        pool ??= new BufferPool(new BufferPoolOptions { Checked = true });
        var server = new TestServer(network, settings ?? DefaultSettings, dispatcher?.Invoke(pool), change, pool);
        if (now is { } start)
            server.Time.SetUtcNow(start);
        await server.Server.BindAsync(CancellationToken.None);
        server.Server.StartAccepting(startOnly);
        return server;
    }

    public async Task<TestClient> ConnectAsync(IPEndPoint? address = null) =>
        new(await Network.ConnectAsync(address ?? Address, new TransportOptions(), CancellationToken.None));

    /// <summary>Moves the clock and waits until the timers that are due have run.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        Time.Advance(time);
        await _timers.PostAsync(static () => { }, CancellationToken.None);
    }

    /// <summary>Stops, and checks that nothing is left: connections, memory budget, buffers.</summary>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _timers.DisposeAsync();
        Assert.That(Server.ConnectionCount, Is.Zero);
        Assert.That(Server.RequestMemory.Reserved, Is.Zero);
        Assert.That(Faults, Is.Empty);
        Pool.ThrowIfRented();
    }
}
