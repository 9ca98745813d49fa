using System.Net;

namespace Kafka.Modular.Core.Transport;

/// <summary>Where connections come from: sockets, or memory in tests and simulations. Safe to use from any thread.</summary>
public interface INetwork
{
    /// <summary>Whether addresses of IPv6 can be used.</summary>
    bool SupportsIPv6 { get; }

    /// <summary>
    /// Takes an address and port (port 0: one that is free) without accepting yet: who tries to connect is refused until
    /// <see cref="INetworkListener.Listen"/>.
    /// </summary>
    /// <param name="endPoint">The address; <see cref="IPAddress.IPv6Any"/> takes IPv4 too unless <paramref name="onlyIPv6"/>.</param>
    /// <param name="onlyIPv6">Whether the IPv6 wildcard leaves IPv4 to others.</param>
    /// <param name="options">Socket options of the connections it accepts.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The address is taken, not of this machine, or not permitted.</exception>
    INetworkListener Bind(IPEndPoint endPoint, bool onlyIPv6, TransportOptions options);

    /// <summary>Connects to an address.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody accepted.</exception>
    ValueTask<ITransport> ConnectAsync(IPEndPoint endPoint, TransportOptions options, CancellationToken cancellationToken);

    /// <summary>The addresses of a host name, those of IPv4 first, as Java orders them.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name is not known.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
