using System.Net.Sockets;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Limits;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Listeners;

/// <summary>Accepts the connections of one address. Lives on the thread pool, one loop.</summary>
internal sealed class Acceptor
{
    /// <summary>Pause after a failure such as the lack of file descriptors.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly INetworkListener _address;
    private readonly ListenerEndPoint _listener;
    private readonly ConnectionQuotas _quotas;
    private readonly Action<ListenerEndPoint, ITransport> _onAccepted;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PeerLogRateLimit _refusals;
    private readonly LogRateLimit _failures;

    /// <summary>Creates an acceptor.</summary>
    /// <param name="address">The address, bound; the acceptor disposes it when it ends.</param>
    /// <param name="listener">The listener it belongs to.</param>
    /// <param name="quotas">Decides which connections are accepted.</param>
    /// <param name="onAccepted">Takes over a connection; it has been counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public Acceptor(
        INetworkListener address,
        ListenerEndPoint listener,
        ConnectionQuotas quotas,
        Action<ListenerEndPoint, ITransport> onAccepted,
        TimeProvider time,
        ILogger logger)
    {
        _address = address;
        _listener = listener;
        _quotas = quotas;
        _onAccepted = onAccepted;
        _time = time;
        _logger = logger;
        _refusals = new PeerLogRateLimit(time, burst: 10, TimeSpan.FromSeconds(10));
        _failures = new LogRateLimit(time, burst: 1, TimeSpan.FromSeconds(10));
    }

    /// <summary>Accepts until the token is cancelled. Does not throw.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // From here on neither the acceptor nor the connections it starts know of a synchronization context of whoever started the server.
        await default(ThreadPoolTurn);
        using (_address)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    await AcceptOneAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (ObjectDisposedException)
                {
                    return;
                }
                catch (SocketException failure)
                {
                    await PauseAsync(failure.Message, cancellationToken);
                }
            }
        }
    }

    private async Task AcceptOneAsync(CancellationToken cancellationToken)
    {
        var transport = await _address.AcceptAsync(cancellationToken);
        var address = transport.RemoteEndPoint.Address;
        var counted = false;
        try
        {
            counted = await _quotas.AdmitAsync(_listener.Name, address, cancellationToken);
        }
        finally
        {
            if (!counted)
            {
                await transport.DisposeAsync();
            }
        }

        if (counted)
        {
            _onAccepted(_listener, transport);
        }
        else if (_refusals.TryAcquire(address, out var suppressed))
        {
            _logger.TooManyFromAddress(address.ToString(), _listener.Name, _quotas.MaximumOf(address), LogRateLimit.LeftOut(suppressed));
        }
    }

    private async Task PauseAsync(string reason, CancellationToken cancellationToken)
    {
        if (_failures.TryAcquire(out var suppressed))
        {
            _logger.AcceptFailed(_listener.Name, reason, LogRateLimit.LeftOut(suppressed));
        }

        try
        {
            await Task.Delay(Pause, _time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the loop sees it.
        }
    }
}
