using System.Text;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Tests.Server;

/// <summary>Peers that do not behave, over sockets and over memory alike.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class BadInputTests(bool sockets)
{
    private readonly INetwork _network = sockets ? new SocketNetwork() : new MemoryNetwork();

    [TestCase(0xFF, 0xFF, 0xFF, 0xFF, "-1 bytes, and 0 to 104857600 are allowed (socket.request.max.bytes).")]
    [TestCase(0x7F, 0xFF, 0xFF, 0xFF, "2147483647 bytes, and")]
    [TestCase(0x80, 0x00, 0x00, 0x00, "-2147483648 bytes, and")]
    [TestCase(0x06, 0x40, 0x00, 0x01, "104857601 bytes, and")]
    [TestCase(0x16, 0x03, 0x01, 0x02, "It looks like TLS: set security.protocol=PLAINTEXT in that client")]
    [TestCase('G', 'E', 'T', ' ', "It looks like HTTP")]
    public async Task A_malformed_frame_closes_the_connection_with_one_line_and_harms_nobody(int a, int b, int c, int d, string expected)
    {
        await using var server = await TestServer.StartAsync(_network);
        await using var good = await server.ConnectAsync();
        await using var bad = await server.ConnectAsync();
        await bad.SendRawAsync(new[] { (byte)a, (byte)b, (byte)c, (byte)d });

        Assert.That(await bad.IsClosedAsync());
        Assert.That(await good.AskAsync("good"), Is.EqualTo("good"));
        var lines = server.Log.AtLeast(LogLevel.Warning).ToList();
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0].Text, Does.Contain(expected).And.Not.Contain("left out"));
    }

    [Test]
    public async Task Many_malformed_frames_write_a_bounded_number_of_lines()
    {
        await using var server = await TestServer.StartAsync(_network);
        for (var i = 0; i < 100; i++)
        {
            await using var client = await server.ConnectAsync();
            await client.SendRawAsync(new byte[] { 0xFF, 0, 0, 0 });
            Assert.That(await client.IsClosedAsync());
        }

        Assert.That(server.Log.AtLeast(LogLevel.Warning).Count(), Is.EqualTo(10));
        await server.AdvanceAsync(TimeSpan.FromSeconds(10));
        await using var last = await server.ConnectAsync();
        await last.SendRawAsync(new byte[] { 0xFF, 0, 0, 0 });
        Assert.That(await last.IsClosedAsync());
        Assert.That(server.Log.AtLeast(LogLevel.Warning).Last().Text, Does.Contain("90 similar lines were left out"));
    }

    [Test]
    public async Task A_truncated_frame_is_not_dispatched_and_frees_everything([Values(1, 4, 50)] int sent)
    {
        await using var server = await TestServer.StartAsync(_network);
        await using (var client = await server.ConnectAsync())
        {
            await client.SendRawAsync(TestClient.Frame(new byte[100]).AsMemory(0, sent));
            await Eventually.Until(() => server.Server.ConnectionCount == 1);
        }

        await Eventually.Until(() => server.Server.ConnectionCount == 0);
        Assert.That(server.Dispatcher.Dispatched, Is.Zero);
        Assert.That(server.Log.AtLeast(LogLevel.Warning), Is.Empty);
    }

    [Test]
    public async Task A_peer_that_does_not_read_is_served_a_bounded_number_of_replies_and_others_go_on()
    {
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher((_, frame, _) =>
        {
            var size = int.Parse(Encoding.UTF8.GetString(frame.Span));
            frame.Dispose();
            var output = pool.RentOutput();
            output.Write(new byte[size]);
            return ValueTask.FromResult(Reply.Send(output));
        }));
        await using var deaf = await server.ConnectAsync();
        var requests = Enumerable.Repeat(TestClient.Frame("200000"u8), 2_000).SelectMany(static f => f).ToArray();
        var sending = deaf.SendRawAsync(requests);
        await Eventually.Until(() => server.Pool.Statistics.RentedBytes > 1024 * 1024, "the replies to pile up");
        await using var good = await server.ConnectAsync();
        Assert.That(await good.AskAsync("10"), Has.Length.EqualTo(10));

        Assert.That(server.Pool.Statistics.RentedBytes, Is.LessThan(4 * 1024 * 1024));
        Assert.That(server.Dispatcher.Dispatched, Is.LessThan(100));
        for (var i = 0; i < 2_000; i++)
        {
            Assert.That(await deaf.ReceiveAsync(), Has.Length.EqualTo(200_000));
        }

        await sending;
    }

    [Test]
    public async Task A_peer_that_sends_without_end_is_held_back_by_requests_that_wait()
    {
        var release = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher(async (_, frame, _) =>
        {
            var copy = Dispatcher.Copy(pool, frame);
            await release.Task;
            return Reply.Send(copy);
        }));
        await using var client = await server.ConnectAsync();
        var sending = client.SendRawAsync(Enumerable.Repeat(TestClient.Frame("abc"u8), 10_000).SelectMany(static f => f).ToArray());
        await Eventually.Until(() => server.Dispatcher.Dispatched == 128);
        await using var other = await server.ConnectAsync();
        await other.SendAsync("x");
        await Eventually.Until(() => server.Dispatcher.Dispatched == 129);

        release.SetResult();
        Assert.That(await other.ReceiveTextAsync(), Is.EqualTo("x"));
        for (var i = 0; i < 10_000; i++)
        {
            Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("abc"));
        }

        await sending;
    }

    [Test]
    public async Task When_the_memory_for_requests_is_used_up_receiving_waits_and_goes_on_later()
    {
        var release = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(
            _network,
            TestServer.DefaultSettings with { QueuedMaxRequestBytes = 1000, SocketRequestMaxBytes = 1000 },
            pool => new Dispatcher(async (_, frame, _) =>
            {
                await release.Task;
                return Reply.Send(Dispatcher.Copy(pool, frame));
            }));
        await using var greedy = await server.ConnectAsync();
        await greedy.SendAsync(new byte[1000]);
        await Eventually.Until(() => server.Dispatcher.Dispatched == 1);
        await using var next = await server.ConnectAsync();
        await next.SendAsync("next");
        await using var gone = await server.ConnectAsync();
        await gone.SendAsync("gone");
        await Eventually.Until(() => server.Server.RequestMemory.Waiting == 2);
        Assert.That(server.Dispatcher.Dispatched, Is.EqualTo(1));

        release.SetResult();
        Assert.That(await greedy.ReceiveAsync(), Has.Length.EqualTo(1000));
        Assert.That(await next.ReceiveTextAsync(), Is.EqualTo("next"));
        Assert.That(await gone.ReceiveTextAsync(), Is.EqualTo("gone"));
    }

    [Test]
    public async Task A_connection_that_waits_for_memory_can_be_closed()
    {
        var release = new TaskCompletionSource();
        var server = await TestServer.StartAsync(
            _network,
            TestServer.DefaultSettings with { QueuedMaxRequestBytes = 10, SocketRequestMaxBytes = 10 },
            pool => new Dispatcher(async (_, frame, _) =>
            {
                await release.Task;
                return Reply.Send(Dispatcher.Copy(pool, frame));
            }));
        await using var greedy = await server.ConnectAsync();
        await greedy.SendAsync(new byte[10]);
        await using var waiting = await server.ConnectAsync();
        await waiting.SendAsync(new byte[10]);
        await Eventually.Until(() => server.Server.RequestMemory.Waiting == 1);
        var stopping = server.Server.DisposeAsync();
        Assert.That(await waiting.IsClosedAsync());
        await Eventually.Until(() => server.Server.RequestMemory.Waiting == 0);

        release.SetResult();
        await stopping;
        await server.DisposeAsync();
    }

    [Test]
    public async Task An_idle_connection_is_closed_and_one_in_use_is_not()
    {
        await using var server = await TestServer.StartAsync(_network, TestServer.DefaultSettings with { ConnectionsMaxIdleMs = 1000 });
        await using var idle = await server.ConnectAsync();
        await using var used = await server.ConnectAsync();
        await idle.AskAsync("a");
        for (var i = 0; i < 3; i++)
        {
            await used.AskAsync("b");
            Assert.That(server.Server.ConnectionCount, Is.EqualTo(2));
            await server.AdvanceAsync(TimeSpan.FromMilliseconds(333));
        }

        await used.AskAsync("b");
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.That(await idle.IsClosedAsync());
        Assert.That(await used.AskAsync("b"), Is.EqualTo("b"));
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1000));
        Assert.That(await used.IsClosedAsync());
        await Eventually.Until(() => server.Server.ConnectionCount == 0);
    }

    [Test]
    public async Task A_connection_whose_request_is_parked_is_not_idle()
    {
        var parked = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(
            _network,
            TestServer.DefaultSettings with { ConnectionsMaxIdleMs = 1000 },
            pool => new Dispatcher(async (_, frame, _) =>
            {
                await parked.Task;
                return Reply.Send(Dispatcher.Copy(pool, frame));
            }));
        await using var client = await server.ConnectAsync();
        await client.SendAsync("join");
        await Eventually.Until(() => server.Dispatcher.Dispatched == 1);
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1000));
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1000));

        parked.SetResult();
        Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("join"));
    }

    [Test]
    public async Task A_peer_that_does_not_read_is_idle()
    {
        await using var server = await TestServer.StartAsync(
            _network,
            TestServer.DefaultSettings with { ConnectionsMaxIdleMs = 1000 },
            pool => new Dispatcher((_, frame, _) =>
            {
                frame.Dispose();
                var output = pool.RentOutput();
                output.Write(new byte[20_000_000]);
                return ValueTask.FromResult(Reply.Send(output));
            }));
        await using var deaf = await server.ConnectAsync();
        await deaf.SendAsync("x");
        await Eventually.Until(() => server.Pool.Statistics.RentedBytes > 1_000_000);
        while (server.Server.ConnectionCount > 0)
        {
            await server.AdvanceAsync(TimeSpan.FromMilliseconds(1000));
        }

        await Eventually.Until(() => server.Pool.Statistics.RentedBuffers == 0);
    }
}
