using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Fuzz.Tests.Connections;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Tests.Support;
using Kafka.Modular.Network.Tls;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Fuzz.Tests.Tls;

/// <summary>
/// A listener with TLS that asks clients for certificates. An input is what a client sends before it closes its direction: records of a handshake, or what looks like
/// them. Whatever it is, the connection ends, nothing is left of it, nothing of it reaches who answers requests, and others get through.
/// </summary>
internal sealed class TlsTarget : FuzzTarget
{
    private const int InputsBetweenGoodClients = 64;
    private const int HeaderLength = 5;
    private const int InputsOfALife = 10_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly TestAuthority _authority = new("CN=Authority");
    private readonly X509Certificate2 _certificate;
    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });
    private readonly CountingLoggers _log = new();
    private readonly ConcurrentQueue<Exception> _faults = new();
    private MemoryNetwork _network = new();
    private readonly byte[] _reply = new byte[4096];
    private EventLoop? _timers;
    private SocketServer? _server;
    private EchoDispatcher? _dispatcher;
    private byte[] _hello = [];
    private long _inputs;
    private long _answered;
    private int _good;
    private int _allGood;

    public TlsTarget() => _certificate = _authority.Issue("CN=localhost,O=Test");

    public override string Name => "tls";

    public override int DefaultInputs => 1_000;

    public override byte[] Create(RandomSource random)
    {
        var hello = _hello.Length == 0 ? _hello = Task.Run(Hello.CreateAsync).GetAwaiter().GetResult() : _hello;
        var extra = new byte[random.Next(300)];
        random.NextBytes(extra);
        return random.Next(8) switch
        {
            0 => extra,
            1 => hello[..random.Next(hello.Length)],
            2 => [.. hello, .. extra],
            3 => [.. hello, .. Record(20, [1]), .. Record(23, extra)],
            4 => [.. hello, .. Record(21, [2, (byte)random.Next(128)])],
            5 => Record((byte)random.Next(256), extra),
            6 => Split(hello, 1 + random.Next(200)),
            _ => hello,
        };
    }

    // Mostly what is inside a record, so that it gets beyond the look at the first bytes.
    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) => input.Length > HeaderLength && random.Next(4) > 0
        ? [.. Record(0x16, Mutation.Mutate(input[HeaderLength..], other, random))]
        : Mutation.Mutate(input, other, random);

    public override async ValueTask<bool> RunAsync(byte[] input)
    {
        if (_inputs % InputsOfALife == 0)
        {
            await EndLifeAsync();
        }

        var server = _server ??= await StartAsync();
        await using var client = await _network.ConnectAsync(server.Listeners[0].Addresses[0], new TransportOptions(), CancellationToken.None);
        var received = await SendAsync(client, input).WaitAsync(s_patience);
        _answered += received > 0 ? 1 : 0;
        Require(_log.Errors.Count == 0, "an error was logged: " + _log.Errors.FirstOrDefault());
        Require(_dispatcher!.Dispatched == _good, "a request came through that nobody sent");
        if (++_inputs % InputsBetweenGoodClients == 0)
        {
            await AskAsync(server).WaitAsync(s_patience);
        }

        return received > 0;
    }

    public override async ValueTask<string> FinishAsync()
    {
        await EndLifeAsync();
        return string.Create(CultureInfo.InvariantCulture, $"{_answered} were answered with a record, {_allGood} good clients got through.");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            await _timers!.DisposeAsync();
        }

        _authority.Dispose();
        _certificate.Dispose();
        await base.DisposeAsync();
    }

    private async Task EndLifeAsync()
    {
        if (_server is not { } server)
        {
            return;
        }

        await AskAsync(server).WaitAsync(s_patience);
        await server.DisposeAsync();
        await _timers!.DisposeAsync();
        _server = null;
        _allGood += _good;
        Require(server.ConnectionCount == 0 && _faults.IsEmpty, "something was left behind");
        _pool.ThrowIfRented();
    }

    private static byte[] Record(byte type, byte[] content) => [type, 3, 3, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    // The same message in several records.
    private static byte[] Split(byte[] hello, int size) => [.. hello[5..].Chunk(size).SelectMany(static part => Record(0x16, part))];

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    private async Task<SocketServer> StartAsync()
    {
        _timers = new EventLoop("timers", TimeProvider.System, _faults.Enqueue);
        _dispatcher = new EchoDispatcher(_pool);
        // One has not more ports than there are in TCP.
        _network = new MemoryNetwork();
        _good = 0;
        var settings = new SslSettings
        {
            SslKeystoreKey = new Secret(TestAuthority.PrivateKeyPem(_certificate)),
            SslKeystoreCertificateChain = new Secret(_certificate.ExportCertificatePem()),
            SslTruststoreCertificates = new Secret(_authority.Pem),
            SslClientAuth = "requested",
        };
        var server = FuzzServer.Create(_network, _pool, _timers, _dispatcher, _log, new ListenerTlsParts { Settings = new FixedSettings(settings), Principals = new Subjects() });
        await server.BindAsync(CancellationToken.None);
        server.StartAccepting();
        return server;
    }

    private async Task<int> SendAsync(ITransport client, byte[] input)
    {
        // Begun before, because what was sent is lost when the other end is cut.
        var reading = ReadAsync(client);
        try
        {
            await client.SendAsync(input, CancellationToken.None);
            await client.CloseSendAsync(CancellationToken.None);
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            // It was turned away before it had sent everything.
        }

        return await reading;
    }

    private async Task<int> ReadAsync(ITransport client)
    {
        var total = 0;
        try
        {
            for (int count; (count = await client.ReceiveAsync(_reply, CancellationToken.None)) > 0; total += count)
            {
            }
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            // Closed the short way.
        }

        return total;
    }

    // A client that means well: a handshake, and a request.
    private async Task AskAsync(SocketServer server)
    {
        var below = await _network.ConnectAsync(server.Listeners[0].Addresses[0], new TransportOptions(), CancellationToken.None);
        await using var tls = await TlsTransport.ConnectAsync(below, new BufferPool(), Options(), CancellationToken.None);
        _good++;
        var request = Encoding.ASCII.GetBytes("good");
        await tls.SendAsync(new byte[] { 0, 0, 0, 4 }.Concat(request).ToArray(), CancellationToken.None);
        var received = 0;
        while (received < 8)
        {
            var count = await tls.ReceiveAsync(_reply.AsMemory(received), CancellationToken.None);
            Require(count > 0, "the good client was cut off");
            received += count;
        }

        Require(_reply.AsSpan(4, 4).SequenceEqual(request), "the good client got another answer");
    }

    private SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        options.CertificateChainPolicy.CustomTrustStore.Add(_authority.Certificate);
        return options;
    }

    private sealed class EchoDispatcher(BufferPool pool) : IRequestDispatcher
    {
        public int Dispatched { get; private set; }

        public ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken)
        {
            Dispatched++;
            var output = pool.RentOutput();
            output.Write(ownedFrame.Span);
            ownedFrame.Dispose();
            return new ValueTask<Reply>(Reply.Send(output));
        }
    }

    private sealed class Subjects : ICertificatePrincipals
    {
        public KafkaPrincipal? PrincipalOf(X509Certificate2 certificate) => new(KafkaPrincipal.UserType, certificate.Subject);
    }

    private sealed class FixedSettings(SslSettings current) : ISettings<SslSettings>
    {
        public SslSettings Current => current;

        public IDisposable OnChange(Action<SslSettings, SslSettings> changed) => new MemoryStream();
    }
}
