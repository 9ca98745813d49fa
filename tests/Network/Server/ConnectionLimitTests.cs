using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Tests.Server;

public sealed class ConnectionLimitTests
{
    private readonly MemoryNetwork _network = new();

    [Test]
    public async Task Connections_of_one_address_beyond_the_limit_are_closed_with_a_bounded_number_of_lines()
    {
        await using var server = await TestServer.StartAsync(_network, TestServer.DefaultSettings with { MaxConnectionsPerIp = 2 });
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();
        Assert.That(await first.AskAsync("a") + await second.AskAsync("b"), Is.EqualTo("ab"));
        for (var i = 0; i < 30; i++)
        {
            await using var refused = await server.ConnectAsync();
            Assert.That(await refused.IsClosedAsync());
        }

        var lines = server.Log.All.Where(static l => l.Id == 2010).ToList();
        Assert.That(lines, Has.Count.EqualTo(10));
        Assert.That(lines[0].Text, Does.StartWith("Rejected connection from 127.0.0.1 on listener PLAINTEXT, address already has the configured maximum of 2 connections"));
        Assert.That(lines[0].Category, Is.EqualTo("kafka.network.DataPlaneAcceptor"));
        await first.DisposeAsync();
        await Eventually.Until(() => server.Server.ConnectionCount == 1);
        await using var third = await server.ConnectAsync();
        Assert.That(await third.AskAsync("c"), Is.EqualTo("c"));
    }

    [Test]
    public async Task Over_max_connections_accepting_waits()
    {
        await using var server = await TestServer.StartAsync(_network, TestServer.DefaultSettings with { MaxConnections = 1 });
        var first = await server.ConnectAsync();
        Assert.That(await first.AskAsync("a"), Is.EqualTo("a"));
        await using var second = await server.ConnectAsync();
        var asking = second.AskAsync("b");
        Assert.That(server.Server.ConnectionCount, Is.EqualTo(1));
        Assert.That(asking.IsCompleted, Is.False);

        await first.DisposeAsync();
        Assert.That(await asking, Is.EqualTo("b"));
    }

    [Test]
    public async Task When_brokers_push_the_count_over_the_limit_the_connection_used_least_recently_is_closed()
    {
        var settings = TestServer.DefaultSettings with
        {
            Listeners = ["PLAINTEXT://127.0.0.1:0", "BROKERS://127.0.0.1:0"],
            MaxConnections = 2,
        };
        await using var server = await TestServer.StartAsync(_network, settings, change: static parts => parts with
        {
            ListenerSettings = static _ => new Configuration.NetworkSettings(),
        });
        await using var old = await server.ConnectAsync();
        await old.AskAsync("a");
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await using var recent = await server.ConnectAsync();
        await recent.AskAsync("b");
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await using var broker = await server.ConnectAsync(server.Server.Listeners[1].Addresses[0]);
        Assert.That(await broker.AskAsync("c"), Is.EqualTo("c"));

        Assert.That(await old.IsClosedAsync());
        Assert.That(await recent.AskAsync("d"), Is.EqualTo("d"));
        Assert.That(server.Server.ConnectionCount, Is.EqualTo(2));
        Assert.That(server.Server.ConnectionCountOf("BROKERS"), Is.EqualTo(1));
    }

    [Test]
    public async Task Limits_can_change_while_the_server_runs()
    {
        await using var server = await TestServer.StartAsync(_network);
        await using var old = await server.ConnectAsync();
        await old.AskAsync("a");
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await using var recent = await server.ConnectAsync();
        await recent.AskAsync("b");
        server.Settings.Change(server.Settings.Current with { MaxConnections = 1, MaxConnectionsPerIp = 1 });

        Assert.That(await old.IsClosedAsync());
        Assert.That(await recent.AskAsync("c"), Is.EqualTo("c"));
    }

    [Test]
    public async Task Limits_that_cannot_be_read_leave_those_before_in_force()
    {
        await using var server = await TestServer.StartAsync(_network, TestServer.DefaultSettings with { MaxConnectionsPerIp = 1 });
        await using var first = await server.ConnectAsync();
        await first.AskAsync("a");
        server.Settings.Change(server.Settings.Current with { MaxConnectionsPerIp = 5, MaxConnectionsPerIpOverrides = "no-such-host:1" });
        await Eventually.Until(() => server.Log.AtLeast(LogLevel.Error).Any(static l => l.Id == 2005));

        await using var second = await server.ConnectAsync();
        Assert.That(await second.IsClosedAsync());
    }

    [Test]
    public async Task A_listener_may_have_a_limit_of_its_own()
    {
        await using var server = await TestServer.StartAsync(_network, change: static parts => parts with
        {
            ListenerSettings = static name => new Configuration.NetworkSettings { MaxConnections = name == "PLAINTEXT" ? 1 : 0 },
        });
        var first = await server.ConnectAsync();
        await first.AskAsync("a");
        await using var second = await server.ConnectAsync();
        var asking = second.AskAsync("b");
        Assert.That(server.Server.ConnectionCount, Is.EqualTo(1));

        await first.DisposeAsync();
        Assert.That(await asking, Is.EqualTo("b"));
    }

    [Test]
    public async Task Over_the_creation_rate_accepting_waits()
    {
        await using var server = await TestServer.StartAsync(_network, TestServer.DefaultSettings with { MaxConnectionCreationRate = 1 });
        for (var i = 0; i < 10; i++)
        {
            await using var client = await server.ConnectAsync();
            await client.AskAsync("a");
        }

        await using var held = await server.ConnectAsync();
        var asking = held.AskAsync("b");
        await Eventually.Until(() => server.Server.ConnectionCount == 0);
        Assert.That(asking.IsCompleted, Is.False);
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(await asking, Is.EqualTo("b"));
    }
}
