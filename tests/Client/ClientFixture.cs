using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Transport;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Client.Tests;

/// <summary>A network in memory, a clock that the test moves, and a pool that tells of leaks.</summary>
internal abstract class ClientFixture
{
    private readonly List<IAsyncDisposable> _owned = [];

    protected MemoryNetwork Network { get; } = new();

    protected FakeTimeProvider Time { get; } = new();

    protected BufferPool Buffers { get; } = new(new BufferPoolOptions { Checked = true });

    protected ClientParts Parts => new() { Network = Network, Time = Time, Buffers = Buffers, Random = new SeededRandomSource(1) };

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }

        Buffers.ThrowIfRented();
    }

    protected static ClientOptions Options(params BrokerAddress[] bootstrap) => new() { BootstrapServers = bootstrap, ClientId = "test" };

    protected T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    protected ScriptedPeer Peer(Func<short, Protocol.Messages.ApiVersionsResponse>? versions = null) =>
        Own(new ScriptedPeer(Network) { Versions = versions ?? (_ => ScriptedPeer.AllVersions()) });

    protected async Task<KafkaConnection> ConnectAsync(ScriptedPeer peer, Func<ClientOptions, ClientOptions>? change = null)
    {
        var options = Options(peer.Address);
        return Own(await KafkaConnection.ConnectAsync(peer.Address, change?.Invoke(options) ?? options, Parts, CancellationToken.None));
    }

    protected ClusterClient Cluster(ClientOptions options) => Own(new ClusterClient(options, Parts));

    /// <summary>Moves the clock until something has happened that depends on it.</summary>
    protected async Task<T> ElapseUntilAsync<T>(Task<T> task)
    {
        await ElapseUntilAsync((Task)task);
        return await task;
    }

    protected async Task ElapseUntilAsync(Task task)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var started = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(20)), "it did not come about");
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await pace.WaitForNextTickAsync();
        }
    }
}
