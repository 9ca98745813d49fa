using System.Net;
using System.Net.Sockets;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Core.Tests.Transport;

/// <summary>What holds for sockets and for connections in memory alike.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class NetworkTests(bool sockets)
{
    private readonly INetwork _network = sockets ? new SocketNetwork() : new MemoryNetwork(1000);
    private readonly TransportOptions _options = new();
    private readonly CancellationToken _token = CancellationToken.None;

    [Test]
    public async Task Bytes_go_both_ways_and_the_end_is_seen()
    {
        using var listener = Listen();
        await using var client = await _network.ConnectAsync(listener.EndPoint, _options, _token);
        await using var server = await listener.AcceptAsync(_token);
        Assert.That(server.RemoteEndPoint, Is.EqualTo(client.LocalEndPoint));
        Assert.That(server.LocalEndPoint, Is.EqualTo(client.RemoteEndPoint));

        var buffer = new byte[10];
        await client.SendAsync(new byte[] { 1, 2, 3 }, _token);
        Assert.That(await server.ReceiveAsync(buffer, _token), Is.EqualTo(3));
        await server.SendAsync(new byte[] { 4 }, _token);
        Assert.That(await client.ReceiveAsync(buffer, _token), Is.EqualTo(1));
        await client.CloseSendAsync(_token);
        Assert.That(await server.ReceiveAsync(buffer, _token), Is.Zero);
        await server.SendAsync(new byte[] { 5, 6 }, _token);
        Assert.That(await client.ReceiveAsync(buffer, _token), Is.EqualTo(2), "one direction is closed, the other is not");
    }

    [Test]
    public void Nobody_is_accepted_before_listening_begins()
    {
        using var listener = _network.Bind(new IPEndPoint(IPAddress.Loopback, 0), false, _options);

        Assert.That(listener.EndPoint.Port, Is.Positive);
        Assert.That(async () => await _network.ConnectAsync(listener.EndPoint, _options, _token), Throws.TypeOf<SocketException>());
    }

    [Test]
    public void An_address_can_be_taken_once()
    {
        using var listener = Listen();

        Assert.That(
            () => _network.Bind(listener.EndPoint, false, _options),
            Throws.TypeOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.AddressAlreadyInUse));
    }

    [Test]
    public async Task Disposing_a_listener_ends_an_accept_that_waits()
    {
        var listener = Listen();
        var accepting = listener.AcceptAsync(_token).AsTask();
        listener.Dispose();

        var ended = Assert.CatchAsync(async () => await accepting);
        Assert.That(ended!.IsConnectionLoss());
        await Task.CompletedTask;
    }

    [Test]
    public async Task Aborting_ends_a_receive_that_waits_at_both_ends()
    {
        using var listener = Listen();
        var client = await _network.ConnectAsync(listener.EndPoint, _options, _token);
        var server = await listener.AcceptAsync(_token);
        var receiving = server.ReceiveAsync(new byte[1], _token).AsTask();
        server.Abort();
        server.Abort();

        var ended = Assert.CatchAsync(async () => await receiving);
        Assert.That(ended!.IsConnectionLoss(), ended.ToString());
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_send_waits_for_a_reader_that_does_not_read()
    {
        using var listener = Listen();
        await using var client = await _network.ConnectAsync(listener.EndPoint, _options, _token);
        await using var server = await listener.AcceptAsync(_token);
        var bytes = new byte[20_000_000];
        var sending = client.SendAsync(bytes, _token).AsTask();
        Assert.That(sending.IsCompleted, Is.False);

        var total = 0;
        var buffer = new byte[100_000];
        while (total < bytes.Length)
        {
            total += await server.ReceiveAsync(buffer, _token);
        }

        await sending;
    }

    [Test]
    public async Task A_listener_of_both_families_shows_peers_of_IPv4_by_their_own_address()
    {
        using var listener = _network.Bind(new IPEndPoint(IPAddress.IPv6Any, 0), false, _options);
        listener.Listen(2);
        await using var four = await _network.ConnectAsync(new IPEndPoint(IPAddress.Loopback, listener.EndPoint.Port), _options, _token);
        await using var accepted = await listener.AcceptAsync(_token);

        Assert.That(accepted.RemoteEndPoint.Address, Is.EqualTo(IPAddress.Loopback));
        Assert.That(accepted.LocalEndPoint.Address, Is.EqualTo(IPAddress.Loopback));
    }

    [Test]
    public async Task Names_resolve_to_addresses_of_IPv4_first()
    {
        Assert.That((await _network.ResolveAsync("localhost", _token))[0], Is.EqualTo(IPAddress.Loopback));
        Assert.That(await _network.ResolveAsync("::1", _token), Is.EqualTo(new[] { IPAddress.IPv6Loopback }));
    }

    private INetworkListener Listen()
    {
        var listener = _network.Bind(new IPEndPoint(IPAddress.Loopback, 0), false, _options);
        listener.Listen(10);
        return listener;
    }
}
