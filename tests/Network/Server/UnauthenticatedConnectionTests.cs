using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Tests.Server;

/// <summary>Connections of which it is not known yet who they speak for: they may say less, and not for long.</summary>
public sealed class UnauthenticatedConnectionTests
{
    private readonly MemoryNetwork _network = new();

    [Test]
    public async Task A_connection_that_is_not_authenticated_within_a_minute_is_closed_even_if_it_is_busy()
    {
        await using var server = await StartAsync(new Observer(frameLimit: 0));
        await using var client = await server.ConnectAsync();
        Assert.That(await client.AskAsync("a"), Is.EqualTo("a"));
        await server.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.That(await client.AskAsync("b"), Is.EqualTo("b"));
        await server.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(await client.IsClosedAsync());
        Assert.That(server.Log.AtLeast(LogLevel.Information).Select(static line => line.Text), Has.Some.Contains("was not authenticated within a minute"));
    }

    [Test]
    public async Task One_that_was_authenticated_in_time_goes_on()
    {
        var observer = new Observer(frameLimit: 0);
        await using var server = await StartAsync(observer);
        await using var client = await server.ConnectAsync();
        Assert.That(await client.AskAsync("a"), Is.EqualTo("a"));
        observer.Last!.IsAuthenticated = true;
        await server.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.That(await client.AskAsync("b"), Is.EqualTo("b"));
    }

    [Test]
    public async Task A_request_above_the_limit_of_the_connection_closes_it_and_names_the_key()
    {
        var observer = new Observer(frameLimit: 10);
        await using var server = await StartAsync(observer);
        await using var client = await server.ConnectAsync();
        Assert.That(await client.AskAsync("0123456789"), Is.EqualTo("0123456789"));
        observer.Last!.FrameLimit = 0;
        Assert.That(await client.AskAsync("0123456789x"), Is.EqualTo("0123456789x"));
        observer.Last.FrameLimit = 10;
        await client.SendRawAsync(TestClient.Frame(new byte[11]));
        Assert.That(await client.IsClosedAsync());
        Assert.That(
            server.Log.AtLeast(LogLevel.Warning).Single().Text,
            Does.Contain("it announced a request of 11 bytes, and 0 to 10 are allowed (sasl.server.max.receive.size)"));
    }

    private Task<TestServer> StartAsync(Observer observer) => TestServer.StartAsync(_network, change: parts => parts with { Observers = [observer] });

    private sealed class Observer(int frameLimit) : IConnectionObserver
    {
        public ConnectionContext? Last { get; private set; }

        public void OnConnected(ConnectionContext connection)
        {
            connection.IsAuthenticated = false;
            connection.FrameLimit = frameLimit;
            Last = connection;
        }

        public void OnDisconnected(ConnectionContext connection, CloseReason reason)
        {
        }
    }
}
