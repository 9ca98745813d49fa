using System.Net;
using System.Net.Sockets;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Telemetry.Http;

/// <summary>
/// A small server of HTTP/1.1 for <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>. It serves from <see cref="StartAsync"/> until it is disposed; that the
/// broker is not ready yet is what it tells meanwhile.
/// </summary>
public sealed class MonitoringServer : IAsyncDisposable
{
    private const int MaximumConnections = 32;
    private const int Backlog = 16;
    private const int PortAttempts = 20;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly MonitoringParts _parts;
    private readonly List<INetworkListener> _listeners;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _connections = [];
    private readonly List<Task> _acceptors = [];

    private MonitoringServer(MonitoringParts parts, List<INetworkListener> listeners)
    {
        _parts = parts;
        _listeners = listeners;
        EndPoints = [.. listeners.Select(static listener => listener.EndPoint)];
    }

    /// <summary>The addresses, with their real ports.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Opens the addresses and serves.</summary>
    /// <exception cref="HttpListenerFailedException">One cannot be opened; none is then.</exception>
    public static async Task<MonitoringServer> StartAsync(MonitoringParts parts, IEnumerable<HttpEndpoint> endpoints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(endpoints);
        var listeners = new List<INetworkListener>();
        try
        {
            foreach (var endpoint in endpoints)
                listeners.AddRange(await BindAsync(parts.Network, endpoint, cancellationToken));
        }
        catch
        {
            listeners.ForEach(static listener => listener.Dispose());
            throw;
        }

        var server = new MonitoringServer(parts, listeners);
        foreach (var listener in listeners)
            server._acceptors.Add(server.AcceptAsync(listener));
        parts.Logger.Serving(string.Join(", ", server.EndPoints));
        return server;
    }

    /// <summary>Closes the addresses and ends the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        _listeners.ForEach(static listener => listener.Dispose());
        await Task.WhenAll(_acceptors);
        Task[] left;
        lock (_lock)
            left = [.. _connections];
        await Task.WhenAll(left);
        _stopping.Dispose();
    }

    private static async Task<IReadOnlyList<INetworkListener>> BindAsync(INetwork network, HttpEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await AddressesAsync(network, endpoint.Host, cancellationToken);
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return BindAll(network, addresses, endpoint.Port);
                }
                catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse && endpoint.Port == 0 && attempt < PortAttempts)
                {
                    // The port that was free for the first address is taken for the second.
                }
            }
        }
        catch (SocketException failure)
        {
            var reason = failure.SocketErrorCode == SocketError.AddressAlreadyInUse ? "another process listens there" : failure.Message;
            throw new HttpListenerFailedException($"http.listeners: {endpoint} cannot be opened: {reason}; name another address there, or none for no page of metrics", failure);
        }
    }

    private static async Task<IReadOnlyList<IPAddress>> AddressesAsync(INetwork network, string host, CancellationToken cancellationToken)
    {
        if (host.Length == 0)
            return [network.SupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any];
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
            return network.SupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
        return [(await network.ResolveAsync(host, cancellationToken))[0]];
    }

    private static List<INetworkListener> BindAll(INetwork network, IReadOnlyList<IPAddress> addresses, int port)
    {
        var bound = new List<INetworkListener>();
        try
        {
            foreach (var address in addresses)
            {
                try
                {
                    var listener = network.Bind(new IPEndPoint(address, port), onlyIPv6: false, new TransportOptions());
                    bound.Add(listener);
                    port = listener.EndPoint.Port;
                    listener.Listen(Backlog);
                }
                catch (SocketException missing) when (
                    missing.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported && bound.Count > 0)
                {
                    // localhost on a machine where ::1 is switched off.
                }
            }

            return bound;
        }
        catch
        {
            bound.ForEach(static listener => listener.Dispose());
            throw;
        }
    }

    private async Task AcceptAsync(INetworkListener listener)
    {
        await default(ThreadPoolTurn);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Serve(await listener.AcceptAsync(_stopping.Token));
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                _parts.Logger.AcceptFailed(failure.Message);
                await Task.Delay(s_pause, _parts.Time, CancellationToken.None);
            }
        }
    }

    private void Serve(ITransport transport)
    {
        lock (_lock)
        {
            _connections.RemoveWhere(static connection => connection.IsCompleted);
            if (_connections.Count >= MaximumConnections)
            {
                transport.Abort();
                return;
            }

            _connections.Add(new HttpConnection(transport, _parts).RunAsync(_stopping.Token));
        }
    }
}
