using System.Globalization;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Tls;

[NonParallelizable]
public sealed class TlsIdleTests
{
    private const int Connections = 300;

    // Both ends live in this process; most of it is what OpenSSL keeps of a session, twice.
    private const int AllowedBytes = 250 * 1024;

    [Test]
    [Category("long")]
    public async Task An_idle_connection_holds_no_buffer()
    {
        await using var fixture = await TlsFixture.StartAsync(new SocketNetwork());
        await using (var warm = await fixture.ConnectAsync())
            await warm.AskAsync("warm");
        var before = ResidentBytes();
        var clients = new List<TestClient>();
        for (var i = 0; i < Connections; i++)
        {
            var client = await fixture.ConnectAsync();
            clients.Add(client);
            await client.AskAsync("who");
        }

        var perConnection = (ResidentBytes() - before) / Connections;
        TestContext.Out.WriteLine($"{perConnection} bytes resident for each idle connection over TLS, both ends together");
        foreach (var client in clients)
            await client.DisposeAsync();
        Assert.That(perConnection, Is.LessThan(AllowedBytes));
    }

    private static long ResidentBytes()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var line = File.ReadLines("/proc/self/status").First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6).TrimEnd("kB").Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture) * 1024;
    }
}
