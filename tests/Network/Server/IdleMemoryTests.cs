using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Server;

/// <summary>What a connection holds whose peer keeps silent: little enough that thousands of them do no harm.</summary>
[NonParallelizable]
public sealed class IdleMemoryTests
{
    private const int Connections = 400;

    private readonly SocketNetwork _network = new();

    [Test]
    public async Task A_handshake_that_nobody_begins_holds_less_than_three_KiB()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        Assert.That(await MeasureAsync(fixture.Server, [], "no byte of a handshake"), Is.LessThan(3 * 1024));
    }

    [Test]
    public async Task Half_a_ClientHello_holds_less_than_four_KiB()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        var hello = await Hello.CreateAsync();
        Assert.That(await MeasureAsync(fixture.Server, hello[..(hello.Length / 2)], "half a ClientHello"), Is.LessThan(4 * 1024));
    }

    [Test]
    public async Task A_connection_that_sends_nothing_holds_less_than_three_KiB()
    {
        await using var server = await TestServer.StartAsync(_network);
        Assert.That(await MeasureAsync(server, [], "no byte of a request"), Is.LessThan(3 * 1024));
    }

    private static async Task<long> MeasureAsync(TestServer server, byte[] first, string what)
    {
        using (var warm = new RawSockets())
        {
            await ConnectAsync(warm, server, first);
        }

        await Eventually.Until(() => server.Server.ConnectionCount == 0);
        using var clients = new RawSockets();
        var before = Held();
        await ConnectAsync(clients, server, first);
        var perConnection = (Held() - before) / Connections;
        TestContext.Out.WriteLine($"{what}: {perConnection} bytes");
        return perConnection;
    }

    private static async Task ConnectAsync(RawSockets clients, TestServer server, byte[] first)
    {
        for (var i = 0; i < Connections; i++)
            clients.Connect(server.Address, first);
        await Eventually.Until(() => server.Server.ConnectionCount == Connections);
    }

    private static long Held()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
