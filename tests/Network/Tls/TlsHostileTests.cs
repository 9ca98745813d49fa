using System.Net.Security;
using System.Net.Sockets;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;
using Kafka.Modular.Network.Tls;

namespace Kafka.Modular.Network.Tests.Tls;

/// <summary>Peers that open handshakes and do not end them, or send rubbish.</summary>
public sealed class TlsHostileTests
{
    private readonly MemoryNetwork _network = new();

    [Test]
    public async Task Half_open_handshakes_are_closed_at_the_deadline_and_starve_nobody()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        var hello = await Hello.CreateAsync();
        var half = new List<TestClient>();
        for (var i = 0; i < 2_000; i++)
        {
            var client = await ConnectAsync(fixture);
            half.Add(client);
            await client.SendRawAsync(hello.AsMemory(0, (i % 3) switch { 0 => 0, 1 => 100, _ => hello.Length }));
        }

        await Eventually.Until(() => fixture.Server.Server.ConnectionCount <= 666 + 1 + TlsHandshakes.MaximumBegun, "the oldest to be displaced");
        await using var good = await fixture.ConnectAsync();
        Assert.That(await good.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
        await fixture.Server.AdvanceAsync(TlsHandshakes.Deadline);
        await fixture.Server.AdvanceAsync(TimeSpan.FromSeconds(2));
        await Eventually.Until(() => fixture.Server.Server.ConnectionCount == 1, "the others to be closed");

        Assert.That(await good.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
        Assert.That(fixture.Server.Log.All.Count(static line => line.Id == 2030), Is.LessThan(15));
        Assert.That(fixture.Server.Log.All.Any(static line => line.Text.Contains("too many handshakes were under way", StringComparison.Ordinal)));
        foreach (var client in half)
            await client.DisposeAsync();
    }

    [Test]
    public async Task Stopping_cuts_handshakes_under_way()
    {
        var fixture = await TlsFixture.StartAsync(_network);
        await using var silent = await fixture.Server.ConnectAsync();
        await using var begun = await fixture.Server.ConnectAsync();
        await begun.SendRawAsync((await Hello.CreateAsync()).AsMemory(0, 50));
        await Eventually.Until(() => fixture.Server.Server.ConnectionCount == 2);
        await fixture.DisposeAsync();

        Assert.That(await silent.IsClosedAsync());
        Assert.That(await begun.IsClosedAsync());
    }

    [Test]
    public async Task Rubbish_in_place_of_a_handshake_or_within_it_harms_nobody()
    {
        await using var fixture = await TlsFixture.StartAsync(_network, static settings => settings with { SslClientAuth = "requested" });
        await using var good = await fixture.ConnectAsync();
        var random = new Random(4711);
        var hello = await Hello.CreateAsync();
        for (var i = 0; i < 1_000; i++)
        {
            var bytes = (i % 4) switch
            {
                0 => Mutate(hello, random),
                1 => [.. hello.AsSpan(0, random.Next(1, hello.Length)), .. RandomBytes(random)],
                2 => [0x16, 0x03, 0x01, .. RandomBytes(random)],
                _ => RandomBytes(random),
            };
            await using var bad = await ConnectAsync(fixture);
            try
            {
                await bad.SendRawAsync(bytes);
                await bad.Transport.CloseSendAsync(CancellationToken.None);
            }
            catch (Exception lost) when (lost.IsConnectionLoss())
            {
                // It was turned away before it had sent everything.
            }
        }

        Assert.That(await good.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
        await Eventually.Until(() => fixture.Server.Server.ConnectionCount == 1);
        Assert.That(fixture.Server.Log.All.Where(static line => line.Exception is not null), Is.Empty);
    }

    [Test]
    public async Task Rubbish_after_the_handshake_closes_that_connection_alone()
    {
        await using var fixture = await TlsFixture.StartAsync(_network);
        await using var good = await fixture.ConnectAsync();
        var below = await _network.ConnectAsync(fixture.Server.Address, new TransportOptions(), CancellationToken.None);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == fixture.Certificate.Subject,
        };
        await using var bad = new TestClient(await TlsTransport.ConnectAsync(below, new BufferPool(), options, CancellationToken.None));
        Assert.That(await bad.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
        await below.SendAsync(new byte[] { 0x17, 3, 3, 0, 40 }.Concat(RandomBytes(new Random(1), 40)).ToArray(), CancellationToken.None);

        await Eventually.Until(() => fixture.Server.Server.ConnectionCount == 1);
        Assert.That(await good.AskAsync("who"), Is.EqualTo("User:ANONYMOUS"));
    }

    // Nobody is refused for coming faster than connections are accepted.
    private static async Task<TestClient> ConnectAsync(TlsFixture fixture)
    {
        while (true)
        {
            try
            {
                return await fixture.Server.ConnectAsync();
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }
    }

    private static byte[] Mutate(byte[] hello, Random random)
    {
        var copy = hello.ToArray();
        for (var i = random.Next(1, 8); i > 0; i--)
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
        return copy;
    }

    private static byte[] RandomBytes(Random random, int? length = null)
    {
        var bytes = new byte[length ?? random.Next(1, 2_000)];
        random.NextBytes(bytes);
        return bytes;
    }
}
