using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Timers;
using Kafka.Modular.Core.Tls;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Connections;

namespace Kafka.Modular.Network.Tls;

/// <summary>
/// The handshake of one connection. Until the first bytes have come it holds nothing but the connection; what does not begin like TLS is turned away
/// before anything is made for it, and nothing but the bytes is kept until the client's first record is whole.
/// </summary>
internal sealed class TlsHandshake : TimerEntry
{
    /// <summary>About what the library holds from the ClientHello on until the handshake is over, most of it outside of the managed heap.</summary>
    public const int SessionBytes = 64 * 1024;

    private const int HeaderLength = 5;
    private const int FirstRoom = 512;

    // RFC 8446, section 5.1. What announces more is refused by who reads it.
    private const int LongestRecord = 16 * 1024;
    private const byte HandshakeRecord = 0x16;
    private const byte MajorVersion = 0x03;
    private const int MaximumLingerBytes = 64 * 1024;

    private readonly ListenerTls _listener;
    private readonly TlsState _state;
    private readonly ITransport _transport;
    private string? _refusal;
    private int _end;

    public TlsHandshake(ListenerTls listener, ConnectionContext context, ITransport transport)
    {
        _listener = listener;
        _state = listener.State;
        _transport = transport;
        Context = context;
    }

    public ConnectionContext Context { get; }

    public IPAddress Address => Context.Remote.Address;

    /// <summary>Who ended it.</summary>
    public HandshakeEnd End => (HandshakeEnd)Volatile.Read(ref _end);

    /// <summary>Its place among those that have begun, or null.</summary>
    public LinkedListNode<TlsHandshake>? Place { get; set; }

    /// <summary>What went wrong; null when nothing did, or nobody needs to be told.</summary>
    public HandshakeFailure? Failure { get; private set; }

    /// <summary>Ends it unless it has ended; the connection is cut.</summary>
    public void Abort(HandshakeEnd why)
    {
        var before = (HandshakeEnd)Interlocked.CompareExchange(ref _end, (int)why, (int)HandshakeEnd.None);
        if (before != HandshakeEnd.Done)
        {
            _transport.Abort();
        }
    }

    /// <summary>Runs it.</summary>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="onBegun">Told when something that looks like TLS has come.</param>
    /// <param name="sessions">Room for what the library holds of a handshake; it waits for it.</param>
    /// <returns>The connection; null when the handshake failed, and <see cref="Failure"/> may say why. Does not throw.</returns>
    public async Task<TlsTransport?> RunAsync(BufferPool pool, Action<TlsHandshake> onBegun, MemoryBudget sessions)
    {
        TlsTransport? tls = null;
        try
        {
            var first = await ReceiveAsync(default, HeaderLength);
            if (!IsTls(first.Span))
            {
                // Who only looks whether the port is open sends nothing, and is no failure.
                Finish(HandshakeEnd.Failed, first.IsEmpty ? null : HandshakeFailure.NotTls(first.Span));
                return null;
            }

            onBegun(this);
            if (first.Length == HeaderLength)
            {
                first = await ReceiveAsync(first, HeaderLength + Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(first.Span[3..]), LongestRecord));
                tls = await AcceptAsync(first, pool, sessions);
                if (tls is null)
                {
                    Finish(HandshakeEnd.Failed, null);
                }
                else if (Identify(tls) && Finish(HandshakeEnd.Done, null))
                {
                    return tls;
                }
            }
            else
            {
                Finish(HandshakeEnd.Failed, new HandshakeFailure("the client closed the connection during the handshake", ""));
            }
        }
        catch (Exception fault)
        {
            Finish(HandshakeEnd.Failed, HandshakeFailure.Of(fault, _refusal));
        }

        tls?.Abort();
        return null;
    }

    /// <summary>
    /// Closes the connection after a failure so that the alert that was sent arrives: closing both directions at once would reset it when the peer had sent more.
    /// </summary>
    public async Task LingerAsync()
    {
        try
        {
            if (Failure is not null && End == HandshakeEnd.Failed)
            {
                await _transport.CloseSendAsync(CancellationToken.None);
                var dropped = new byte[1024];
                for (var total = 0; total < MaximumLingerBytes;)
                {
                    var count = await _transport.ReceiveAsync(dropped, CancellationToken.None);
                    if (count == 0)
                    {
                        break;
                    }

                    total += count;
                }
            }
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            // It is to be closed anyway.
        }

        _transport.Abort();
    }

    protected override void OnExpired() => Abort(HandshakeEnd.Late);

    private static bool IsTls(ReadOnlySpan<byte> first) => first.Length > 0 && first[0] == HandshakeRecord && (first.Length == 1 || first[1] == MajorVersion);

    private async ValueTask<TlsTransport?> AcceptAsync(ReadOnlyMemory<byte> first, BufferPool pool, MemoryBudget sessions)
    {
        await sessions.ReserveAsync(SessionBytes, CancellationToken.None);
        try
        {
            // Somebody else may have taken its place meanwhile.
            return End == HandshakeEnd.None ? await TlsTransport.AcceptAsync(_transport, first, pool, _state.Options(Validate), CancellationToken.None) : null;
        }
        finally
        {
            sessions.Release(SessionBytes);
        }
    }

    // What has come when there is enough of it, or the other end has closed, or it is not TLS. Room is made as bytes come, not as they are announced.
    private async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(ReadOnlyMemory<byte> before, int wanted)
    {
        var bytes = new byte[Math.Min(wanted, FirstRoom)];
        before.CopyTo(bytes);
        var received = before.Length;
        while (received < wanted && (received == 0 || IsTls(bytes.AsSpan(0, received))))
        {
            if (received == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(wanted, received * 2));
            }

            var count = await _transport.ReceiveAsync(bytes.AsMemory(received), CancellationToken.None);
            if (count == 0)
            {
                break;
            }

            received += count;
        }

        return bytes.AsMemory(0, received);
    }

    private bool Finish(HandshakeEnd end, HandshakeFailure? failure)
    {
        var before = Interlocked.CompareExchange(ref _end, (int)end, (int)HandshakeEnd.None);
        Failure = (HandshakeEnd)before switch
        {
            HandshakeEnd.None => failure,
            HandshakeEnd.Late => new HandshakeFailure("the handshake took too long", " The client may have stopped, or be no Kafka client."),
            HandshakeEnd.Displaced => new HandshakeFailure("too many handshakes were under way, most of them from this address", ""),
            _ => null,
        };
        return before == (int)HandshakeEnd.None;
    }

    // Who has no certificate is anonymous, and who has one is who it says, unless SASL will say it.
    private bool Identify(TlsTransport tls)
    {
        if (!_state.AsksClients || Context.Protocol.UsesSasl() || tls.RemoteCertificate is not { } certificate)
        {
            return true;
        }

        if (_listener.Principals.PrincipalOf(certificate) is not { } principal)
        {
            Finish(HandshakeEnd.Failed, new HandshakeFailure($"no rule of ssl.principal.mapping.rules applies to {certificate.Subject}", " Add one, or DEFAULT at the end."));
            return false;
        }

        Context.Identity = new Spi.Security.ClientIdentity(principal, [], Address, Context.Listener.Name);
        return true;
    }

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null && !_state.RequiresCertificate)
        {
            return true;
        }

        _refusal = new PeerTrust(_state.Trust).Refusal(certificate, chain, errors, host: null);
        return _refusal is null;
    }
}
