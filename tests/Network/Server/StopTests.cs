using System.Net.Sockets;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Server;

/// <summary>The end of a server, over sockets and over memory alike.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class StopTests(bool sockets)
{
    private readonly INetwork _network = sockets ? new SocketNetwork() : new MemoryNetwork();
    private readonly TaskCompletionSource _release = new();

    [Test]
    public async Task Stopping_to_accept_leaves_connections_alone()
    {
        await using var server = await StartAsync(parks: false);
        await using var client = await server.ConnectAsync();
        await client.AskAsync("a");
        await server.Server.StopAcceptingAsync();
        await server.Server.StopAcceptingAsync();

        Assert.That(await client.AskAsync("b"), Is.EqualTo("b"));
        Assert.That(async () => await server.ConnectAsync(), Throws.TypeOf<SocketException>());
    }

    [Test]
    public async Task Draining_answers_what_is_under_way_and_then_closes_in_order()
    {
        await using var server = await StartAsync(parks: true);
        await using var client = await server.ConnectAsync();
        await client.SendAsync("one");
        await client.SendAsync("two");
        await Eventually.Until(() => server.Dispatcher.Dispatched == 2);
        var draining = server.Server.DrainAsync(CancellationToken.None);
        await Eventually.Until(() => server.Log.All.Any(static l => l.Id == 2006));
        await client.SendAsync("too late");
        Assert.That(draining.IsCompleted, Is.False);

        _release.SetResult();
        Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("one"));
        Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("two"));
        Assert.That(await client.TryReceiveAsync(), Is.Null);
        await client.DisposeAsync();
        await draining.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(server.Dispatcher.Dispatched, Is.EqualTo(2));
        Assert.That(server.Log.All.Select(static l => l.Text), Has.Some.EqualTo("All connections were answered and closed."));
    }

    [Test]
    public async Task Draining_closes_idle_connections_at_once()
    {
        await using var server = await StartAsync(parks: false);
        await using var client = await server.ConnectAsync();
        await client.AskAsync("a");
        var draining = server.Server.DrainAsync(CancellationToken.None);

        Assert.That(await client.TryReceiveAsync(), Is.Null);
        await client.DisposeAsync();
        await draining.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task A_peer_that_does_not_close_is_cut_off_a_second_after_its_last_reply()
    {
        await using var server = await StartAsync(parks: false);
        await using var client = await server.ConnectAsync();
        await client.AskAsync("a");
        var draining = server.Server.DrainAsync(CancellationToken.None);
        Assert.That(await client.TryReceiveAsync(), Is.Null);
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));

        await draining.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task When_the_time_to_drain_is_over_the_rest_is_ended()
    {
        await using var server = await StartAsync(parks: true);
        await using var client = await server.ConnectAsync();
        await client.SendAsync("parked");
        await Eventually.Until(() => server.Dispatcher.Dispatched == 1);
        using var deadline = new CancellationTokenSource();
        var draining = server.Server.DrainAsync(deadline.Token);
        await deadline.CancelAsync();
        await draining.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That(await client.IsClosedAsync());
        Assert.That(server.Log.All.Select(static l => l.Text), Has.Some.StartsWith("1 connections were closed with requests under way"));
        _release.SetResult();
    }

    [Test]
    public async Task A_port_can_be_taken_again_after_the_stop()
    {
        var first = await StartAsync(parks: false);
        var address = first.Address;
        await using (var client = await first.ConnectAsync())
        {
            await client.AskAsync("a");
            await first.DisposeAsync();
        }

        await using var second = await TestServer.StartAsync(_network, TestServer.DefaultSettings with { Listeners = [$"PLAINTEXT://{address}"] });
        await using var again = await second.ConnectAsync();
        Assert.That(await again.AskAsync("b"), Is.EqualTo("b"));
    }

    [Test]
    public async Task A_server_that_was_bound_and_never_started_frees_its_port()
    {
        var server = await TestServer.StartAsync(_network, startOnly: "NONE");
        Assert.That(async () => await server.ConnectAsync(), Throws.TypeOf<SocketException>());
        await server.DisposeAsync();
    }

    private Task<TestServer> StartAsync(bool parks) => TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher(async (_, frame, _) =>
    {
        var copy = Dispatcher.Copy(pool, frame);
        if (parks)
        {
            await _release.Task;
        }

        return Reply.Send(copy);
    }));
}
