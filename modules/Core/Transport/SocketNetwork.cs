using System.Net;
using System.Net.Sockets;

namespace Kafka.Modular.Core.Transport;

/// <summary>The <see cref="INetwork"/> of TCP sockets. TCP_NODELAY and SO_KEEPALIVE are on, as in Kafka.</summary>
public sealed class SocketNetwork : INetwork
{
    private readonly SendFilePool _sendFilePool = new();

    /// <inheritdoc/>
    public bool SupportsIPv6 => Socket.OSSupportsIPv6;

    /// <inheritdoc/>
    public INetworkListener Bind(IPEndPoint endPoint, bool onlyIPv6, TransportOptions options)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = !onlyIPv6 && endPoint.Address.Equals(IPAddress.IPv6Any);
            }

            // Only the listening socket's size can widen the TCP window of what it accepts.
            if (options.ReceiveBufferBytes >= 0)
            {
                socket.ReceiveBufferSize = options.ReceiveBufferBytes;
            }

            socket.Bind(endPoint);
            return new SocketListener(socket, options, _sendFilePool);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ITransport> ConnectAsync(IPEndPoint endPoint, TransportOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.ReceiveBufferBytes >= 0)
            {
                socket.ReceiveBufferSize = options.ReceiveBufferBytes;
            }

            await socket.ConnectAsync(endPoint, cancellationToken);
            return new SocketTransport(socket, options, _sendFilePool);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        return [.. addresses.OrderBy(static a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)];
    }
}
