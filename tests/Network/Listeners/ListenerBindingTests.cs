using System.Net;
using System.Net.Sockets;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Listeners;

public sealed class ListenerBindingTests
{
    private readonly SocketNetwork _network = new();

    [Test]
    public async Task Localhost_is_served_on_both_families_at_one_port()
    {
        await using var server = await StartAsync("PLAINTEXT://localhost:0");
        var bound = server.Server.Listeners[0];
        Assert.That(bound.Addresses.Select(static a => a.Address), Is.EqualTo(new[] { IPAddress.Loopback, IPAddress.IPv6Loopback }));
        Assert.That(bound.Addresses.Select(static a => a.Port), Is.All.EqualTo(bound.EndPoint.Port).And.All.Positive);

        foreach (var address in bound.Addresses)
        {
            await using var client = await server.ConnectAsync(address);
            Assert.That(await client.AskAsync("hello"), Is.EqualTo("hello"));
        }
    }

    [TestCase("", true, true)]
    [TestCase("[::]", true, true)]
    [TestCase("0.0.0.0", true, true)]
    [TestCase("127.0.0.1", true, false)]
    [TestCase("[::1]", false, true)]
    public async Task A_host_is_served_on_its_families(string host, bool four, bool six)
    {
        await using var server = await StartAsync($"PLAINTEXT://{host}:0");
        var port = server.Server.Listeners[0].EndPoint.Port;

        Assert.That(await AnswersAsync(server, IPAddress.Loopback, port), Is.EqualTo(four), "IPv4");
        Assert.That(await AnswersAsync(server, IPAddress.IPv6Loopback, port), Is.EqualTo(six), "IPv6");
    }

    [Test]
    public async Task Both_wildcards_can_share_a_port()
    {
        var port = FreePort();
        await using var server = await StartAsync($"PLAINTEXT://0.0.0.0:{port}", $"OTHER://[::]:{port}");

        Assert.That(await AnswersAsync(server, IPAddress.Loopback, port));
        Assert.That(await AnswersAsync(server, IPAddress.IPv6Loopback, port));
        await Eventually.Until(() => server.Server.ConnectionCount == 0);
    }

    [Test]
    public async Task A_port_that_is_taken_stops_the_start_with_one_line()
    {
        await using var other = await StartAsync("PLAINTEXT://127.0.0.1:0");
        var port = other.Server.Listeners[0].EndPoint.Port;
        var settings = TestServer.DefaultSettings with { Listeners = [$"PLAINTEXT://127.0.0.1:{port}"] };

        Assert.That(
            async () => await TestServer.StartAsync(_network, settings),
            Throws.TypeOf<ListenerException>().With.Message.EqualTo(
                $"Listener PLAINTEXT://127.0.0.1:{port} cannot be opened: another process listens on that port; stop it or choose another port"));
    }

    [Test]
    public void An_address_of_another_machine_stops_the_start() =>
        Assert.That(
            async () => await TestServer.StartAsync(_network, TestServer.DefaultSettings with { Listeners = ["PLAINTEXT://192.0.2.1:0"] }),
            Throws.TypeOf<ListenerException>().With.Message.Contains("does not belong to this machine"));

    [Test]
    public void A_host_that_is_not_known_stops_the_start() =>
        Assert.That(
            async () => await TestServer.StartAsync(_network, TestServer.DefaultSettings with { Listeners = ["PLAINTEXT://no-such-host.invalid:0"] }),
            Throws.TypeOf<ListenerException>().With.Message.Contains("the host no-such-host.invalid is not known"));

    [Test]
    public void A_protocol_without_what_it_needs_stops_the_start_with_one_line([Values("SSL", "SASL_SSL")] string protocol) =>
        Assert.That(
            async () => await TestServer.StartAsync(_network, TestServer.DefaultSettings with { Listeners = [$"{protocol}://:0"] }),
            Throws.TypeOf<ListenerException>().With.Message.EqualTo(
                $"Listener {protocol}://:0 wants {protocol}, and this server was made without TLS"));

    [Test]
    public async Task Each_listener_is_named_to_its_connections_and_may_start_on_its_own()
    {
        var settings = TestServer.DefaultSettings with
        {
            Listeners = ["PLAINTEXT://127.0.0.1:0", "CONTROLLER://127.0.0.1:0"],
        };
        var server = await TestServer.StartAsync(
            _network,
            settings,
            pool => new Dispatcher((connection, frame, _) =>
            {
                frame.Dispose();
                var output = pool.RentOutput();
                output.Write(System.Text.Encoding.UTF8.GetBytes(connection.Listener.Name));
                return ValueTask.FromResult(Network.Frames.Reply.Send(output));
            }),
            startOnly: "CONTROLLER");
        await using (server)
        {
            var (broker, controller) = (server.Server.Listeners[0].Addresses[0], server.Server.Listeners[1].Addresses[0]);
            await using (var early = await server.ConnectAsync(controller))
            {
                Assert.That(await early.AskAsync("x"), Is.EqualTo("CONTROLLER"));
            }

            Assert.That(async () => await server.ConnectAsync(broker), Throws.TypeOf<SocketException>());
            server.Server.StartAccepting();
            await using var later = await server.ConnectAsync(broker);
            Assert.That(await later.AskAsync("x"), Is.EqualTo("PLAINTEXT"));
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<bool> AnswersAsync(TestServer server, IPAddress address, int port)
    {
        try
        {
            await using var client = await server.ConnectAsync(new IPEndPoint(address, port));
            return await client.AskAsync("hello") == "hello";
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Task<TestServer> StartAsync(params string[] listeners) => TestServer.StartAsync(
        _network,
        TestServer.DefaultSettings with { Listeners = listeners });
}
