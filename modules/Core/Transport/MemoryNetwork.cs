using System.Net;
using System.Net.Sockets;

namespace Kafka.Modular.Core.Transport;

/// <summary>
/// An <see cref="INetwork"/> inside the process, for tests and simulations: addresses are only names, each direction of a connection holds a bounded
/// number of bytes.
/// </summary>
/// <param name="capacity">Bytes that one direction of a connection holds before a send waits.</param>
public sealed class MemoryNetwork(int capacity = 64 * 1024) : INetwork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, MemoryListener> _listeners = [];
    private int _lastPort = 32768;

    /// <inheritdoc/>
    public bool SupportsIPv6 => true;

    /// <inheritdoc/>
    public INetworkListener Bind(IPEndPoint endPoint, bool onlyIPv6, TransportOptions options)
    {
        lock (_lock)
        {
            var bound = endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, ++_lastPort) : endPoint;
            var listener = new MemoryListener(this, bound);
            if (!_listeners.TryAdd(bound, listener))
            {
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            }

            return listener;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ITransport> ConnectAsync(IPEndPoint endPoint, TransportOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var listener = Find(endPoint);
            if (listener is null)
            {
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            var local = new IPEndPoint(endPoint.Address, ++_lastPort);
            var (client, server) = MemoryTransport.CreatePair(local, endPoint, capacity);
            if (!listener.TryOffer(server))
            {
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            return ValueTask.FromResult<ITransport>(client);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = host switch
        {
            "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
            _ when IPAddress.TryParse(host, out var literal) => [literal],
            _ => throw new SocketException((int)SocketError.HostNotFound),
        };
        return ValueTask.FromResult(addresses);
    }

    internal void Remove(MemoryListener listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener.EndPoint);
        }
    }

    private MemoryListener? Find(IPEndPoint endPoint)
    {
        if (_listeners.TryGetValue(endPoint, out var exact))
        {
            return exact;
        }

        return _listeners.GetValueOrDefault(new IPEndPoint(IPAddress.IPv6Any, endPoint.Port))
            ?? (endPoint.AddressFamily == AddressFamily.InterNetwork
                ? _listeners.GetValueOrDefault(new IPEndPoint(IPAddress.Any, endPoint.Port))
                : null);
    }
}
