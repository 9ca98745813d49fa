using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Core.Transport;

/// <summary>A connection protected by TLS over another transport, which it owns. Made by a handshake of either side.</summary>
/// <remarks>
/// While nothing comes it holds no buffer: it waits for the first byte below before it rents one. Messages larger than a TLS record (RFC 8446, section
/// 5.1: 16 KiB) are encrypted record by record and leave in one send.
/// </remarks>
public sealed class TlsTransport : ITransport
{
    private const int RecordBytes = 16 * 1024;
    private const int RecordOverhead = 64;
    private const int GatheredBytes = 128 * 1024;

    private readonly ITransport _inner;
    private readonly TransportStream _stream;
    private readonly SslStream _tls;
    private volatile bool _isAborted;

    private TlsTransport(ITransport inner, TransportStream stream, SslStream tls)
    {
        _inner = inner;
        _stream = stream;
        _tls = tls;
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint => _inner.LocalEndPoint;

    /// <inheritdoc/>
    public IPEndPoint RemoteEndPoint => _inner.RemoteEndPoint;

    /// <inheritdoc/>
    public bool SendsFilesDirectly => false;

    /// <summary>The version of TLS that was agreed on.</summary>
    public SslProtocols Protocol => _tls.SslProtocol;

    /// <summary>The cipher suite that was agreed on; its name is IANA's.</summary>
    public TlsCipherSuite CipherSuite => _tls.NegotiatedCipherSuite;

    /// <summary>The certificate of the other end, or null when it sent none.</summary>
    public X509Certificate2? RemoteCertificate => _tls.RemoteCertificate as X509Certificate2;

    /// <summary>Connects: the handshake of the side that speaks first.</summary>
    /// <param name="inner">The connection below. It belongs to the result; when the handshake fails it is still the caller's.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="options">Name of the server, certificates, what is trusted.</param>
    /// <param name="cancellationToken">Ends the handshake; the connection below is of no use after that.</param>
    /// <exception cref="AuthenticationException">The other end does not speak TLS, refused, or is not trusted.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public static async ValueTask<TlsTransport> ConnectAsync(
        ITransport inner, BufferPool pool, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        var stream = new TransportStream(inner, default, pool);
        var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return new TlsTransport(inner, stream, tls);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>Accepts: the handshake of the side that answers.</summary>
    /// <param name="inner">The connection below. It belongs to the result; when the handshake fails it is still the caller's.</param>
    /// <param name="received">What was received over it already.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="options">The certificate, what is trusted, what is asked of the client.</param>
    /// <param name="cancellationToken">Ends the handshake; the connection below is of no use after that.</param>
    /// <exception cref="AuthenticationException">The other end does not speak TLS, refused, or is not trusted.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public static async ValueTask<TlsTransport> AcceptAsync(
        ITransport inner, ReadOnlyMemory<byte> received, BufferPool pool, SslServerAuthenticationOptions options, CancellationToken cancellationToken)
    {
        var stream = new TransportStream(inner, received, pool);
        var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await tls.AuthenticateAsServerAsync(options, cancellationToken);
            return new TlsTransport(inner, stream, tls);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            // A read of no bytes waits below without a buffer; it returns at once when something was decrypted already.
            _ = await _tls.ReadAsync(Memory<byte>.Empty, cancellationToken);
            return await _tls.ReadAsync(destination, cancellationToken);
        }
        catch (Exception fault) when (IsOfTls(fault))
        {
            throw new IOException($"What was received is not what TLS expects: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var gathers = bytes.Length > RecordBytes;
        try
        {
            if (gathers)
            {
                var records = (bytes.Length / RecordBytes) + 1;
                _stream.Gather(Math.Min(GatheredBytes, bytes.Length + (records * RecordOverhead)));
            }

            await _tls.WriteAsync(bytes, cancellationToken);
            if (gathers)
            {
                await _stream.SendGatheredAsync(cancellationToken);
            }
        }
        catch (Exception fault)
        {
            _stream.Forget();
            if (IsOfTls(fault))
            {
                throw new IOException($"The connection cannot encrypt any more: {fault.Message}", fault);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask SendRegionAsync(ILogLease region, int offset, int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException("What is sent over TLS passes through the process's memory.");

    /// <inheritdoc/>
    public async ValueTask CloseSendAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The alert close_notify (RFC 8446, section 6.1) tells an end from a cut.
            await _tls.ShutdownAsync();
        }
        catch (Exception fault) when (IsOfTls(fault))
        {
            throw new IOException($"The connection could not be closed in order: {fault.Message}", fault);
        }

        await _inner.CloseSendAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Abort()
    {
        _isAborted = true;
        _inner.Abort();

        // What the session holds outside of the managed heap is not left to a finalizer.
        _tls.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        await _inner.DisposeAsync();
    }

    // Nobody above needs to know that there is TLS: what it throws is a lost connection. So is whatever an operation under way throws when the session is taken from
    // under it.
    private bool IsOfTls(Exception fault) => fault switch
    {
        IOException or ObjectDisposedException or OperationCanceledException or System.Net.Sockets.SocketException => false,
        AuthenticationException or CryptographicException or InvalidOperationException or NotSupportedException or System.ComponentModel.Win32Exception => true,
        _ => _isAborted,
    };
}
