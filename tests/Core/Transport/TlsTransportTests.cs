using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Core.Tests.Transport;

/// <summary>TLS over sockets and over memory alike.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class TlsTransportTests(bool sockets) : IDisposable
{
    private readonly INetwork _network = sockets ? new SocketNetwork() : new MemoryNetwork();
    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });
    private readonly X509Certificate2 _certificate = CreateCertificate();
    private readonly CancellationToken _token = CancellationToken.None;

    public void Dispose() => _certificate.Dispose();

    [Test]
    public async Task Bytes_of_any_length_go_both_ways([Values(SslProtocols.Tls12, SslProtocols.Tls13)] SslProtocols protocol)
    {
        var (client, server) = await ConnectAsync(protocol);
        await using var disposesClient = client;
        await using var disposesServer = server;
        Assert.That(client.Protocol, Is.EqualTo(protocol));
        Assert.That(server.CipherSuite, Is.EqualTo(client.CipherSuite));
        foreach (var length in new[] { 1, 100, 16 * 1024, 16 * 1024 + 1, 70_000, 1_000_000 })
        {
            await AssertCarriesAsync(client, server, length);
            await AssertCarriesAsync(server, client, length);
        }

        _pool.ThrowIfRented();
    }

    [Test]
    public async Task Closing_one_direction_is_an_end_and_not_a_cut()
    {
        var (client, server) = await ConnectAsync(SslProtocols.None);
        await using var disposesClient = client;
        await using var disposesServer = server;
        await client.SendAsync(new byte[] { 1, 2 }, _token);
        await client.CloseSendAsync(_token);

        var buffer = new byte[10];
        Assert.That(await server.ReceiveAsync(buffer, _token), Is.EqualTo(2));
        Assert.That(await server.ReceiveAsync(buffer, _token), Is.Zero);
        await server.SendAsync(new byte[] { 3 }, _token);
        Assert.That(await client.ReceiveAsync(buffer, _token), Is.EqualTo(1), "the other direction is still open");
    }

    [Test]
    public async Task Aborting_ends_what_waits_at_both_ends()
    {
        var (client, server) = await ConnectAsync(SslProtocols.None);
        var receiving = server.ReceiveAsync(new byte[1], _token).AsTask();
        var sending = server.SendAsync(new byte[20_000_000], _token).AsTask();
        server.Abort();
        server.Abort();

        Assert.That(Assert.CatchAsync(async () => await receiving)!.IsConnectionLoss());
        Assert.That(Assert.CatchAsync(async () => await sending)!.IsConnectionLoss());
        Assert.That(Assert.CatchAsync(async () => await client.SendAsync(new byte[20_000_000], _token))!.IsConnectionLoss());
        await client.DisposeAsync();
        _pool.ThrowIfRented();
    }

    [Test]
    public async Task Aborting_at_any_moment_is_a_lost_connection_and_nothing_else()
    {
        for (var i = 0; i < 50; i++)
        {
            var (client, server) = await ConnectAsync(SslProtocols.None);
            var sending = SendForeverAsync(client, 20_000);
            var receiving = ReceiveForeverAsync(server);
            var answering = SendForeverAsync(server, 100);
            var reading = ReceiveForeverAsync(client);
            for (var spin = 0; spin < i; spin++)
                await Task.Yield();
            server.Abort();
            client.Abort();
            foreach (var operation in new[] { sending, receiving, answering, reading })
                Assert.That(Assert.CatchAsync(async () => await operation)!.IsConnectionLoss());
        }

        _pool.ThrowIfRented();
    }

    [Test]
    public async Task Bytes_that_were_received_before_belong_to_the_handshake()
    {
        var (below, above) = MemoryTransport.CreatePair(new IPEndPoint(1, 1), new IPEndPoint(2, 2), 10_000);
        var connecting = TlsTransport.ConnectAsync(below, _pool, ClientOptions(SslProtocols.None), _token).AsTask();
        var first = new byte[5];
        for (var received = 0; received < 5;)
            received += await above.ReceiveAsync(first.AsMemory(received), _token);
        await using var server = await TlsTransport.AcceptAsync(above, first, _pool, ServerOptions(), _token);
        await using var client = await connecting;

        await AssertCarriesAsync(client, server, 1000);
    }

    [Test]
    public void A_peer_that_does_not_speak_TLS_fails_the_handshake_and_leaves_the_connection_to_the_caller()
    {
        var (below, above) = MemoryTransport.CreatePair(new IPEndPoint(1, 1), new IPEndPoint(2, 2), 10_000);

        Assert.CatchAsync<AuthenticationException>(async () => await TlsTransport.AcceptAsync(above, "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), _pool, ServerOptions(), _token));
        Assert.That(async () => await above.SendAsync(new byte[1], _token), Throws.Nothing);
        below.Abort();
    }

    [Test]
    public async Task A_handshake_ends_when_it_is_cancelled()
    {
        var (below, above) = MemoryTransport.CreatePair(new IPEndPoint(1, 1), new IPEndPoint(2, 2), 10_000);
        using var cancelled = new CancellationTokenSource();
        var accepting = TlsTransport.AcceptAsync(above, default, _pool, ServerOptions(), cancelled.Token).AsTask();
        await cancelled.CancelAsync();

        Assert.That(async () => await accepting, Throws.InstanceOf<OperationCanceledException>());
        below.Abort();
    }

    [Test]
    public async Task Garbage_after_the_handshake_is_a_lost_connection()
    {
        var (below, above) = MemoryTransport.CreatePair(new IPEndPoint(1, 1), new IPEndPoint(2, 2), 10_000);
        var accepting = TlsTransport.AcceptAsync(above, default, _pool, ServerOptions(), _token).AsTask();
        await using var client = await TlsTransport.ConnectAsync(below, _pool, ClientOptions(SslProtocols.None), _token);
        await using var server = await accepting;
        await below.SendAsync(new byte[] { 0x17, 0x03, 0x03, 0, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32 }, _token);

        Assert.That(Assert.CatchAsync(async () => await server.ReceiveAsync(new byte[10], _token))!.IsConnectionLoss());
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var created = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(created.Export(X509ContentType.Pkcs12), null);
    }

    private SslClientAuthenticationOptions ClientOptions(SslProtocols protocol) => new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = protocol,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null && certificate.GetCertHashString() == _certificate.Thumbprint,
    };

    private SslServerAuthenticationOptions ServerOptions() => new() { ServerCertificate = _certificate };

    private async Task<(TlsTransport Client, TlsTransport Server)> ConnectAsync(SslProtocols protocol)
    {
        using var listener = _network.Bind(new IPEndPoint(IPAddress.Loopback, 0), false, new TransportOptions());
        listener.Listen(1);
        var below = await _network.ConnectAsync(listener.EndPoint, new TransportOptions(), _token);
        var above = await listener.AcceptAsync(_token);
        var accepting = TlsTransport.AcceptAsync(above, default, _pool, ServerOptions(), _token).AsTask();
        var client = await TlsTransport.ConnectAsync(below, _pool, ClientOptions(protocol), _token);
        return (client, await accepting);
    }

    private static async Task SendForeverAsync(TlsTransport transport, int length)
    {
        await Task.Yield();
        while (true)
            await transport.SendAsync(new byte[length], CancellationToken.None);
    }

    private static async Task ReceiveForeverAsync(TlsTransport transport)
    {
        await Task.Yield();
        var buffer = new byte[10_000];
        while (await transport.ReceiveAsync(buffer, CancellationToken.None) > 0)
        {
        }

        throw new IOException("The other end closed its direction.");
    }

    private async Task AssertCarriesAsync(TlsTransport from, TlsTransport to, int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var sending = from.SendAsync(bytes, _token).AsTask();
        var arrived = new byte[length];
        for (var received = 0; received < length;)
        {
            var count = await to.ReceiveAsync(arrived.AsMemory(received), _token);
            Assert.That(count, Is.Positive);
            received += count;
        }

        await sending;
        Assert.That(arrived, Is.EqualTo(bytes));
    }
}
