using System.Net;
using System.Net.Sockets;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Network.Listeners;

/// <summary>Finds the addresses of listeners and binds them.</summary>
internal sealed class ListenerBinder(INetwork network, TransportOptions options)
{
    private const int PortAttempts = 20;

    /// <summary>Binds all addresses of a listener to one port, without accepting yet.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="all">All listeners: the IPv6 wildcard leaves IPv4 alone when another listener has the same port there.</param>
    /// <param name="cancellationToken">Ends the resolution of its host name.</param>
    /// <exception cref="ListenerException">An address cannot be bound.</exception>
    public async Task<IReadOnlyList<INetworkListener>> BindAsync(
        ListenerEndPoint listener, IReadOnlyList<ListenerEndPoint> all, CancellationToken cancellationToken)
    {
        var addresses = await AddressesAsync(listener, cancellationToken);
        var onlyIPv6 = all.Any(other => other != listener && other.Port == listener.Port && other.Port != 0);
        if (!onlyIPv6 && network.SupportsIPv6 && addresses is [{ } only] && only.Equals(IPAddress.Any))
        {
            // Under Java, and so in Kafka, 0.0.0.0 means both families, unless the other one has a listener of its own on the port (KIP-797).
            addresses = [IPAddress.IPv6Any];
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return BindAll(addresses, listener.Port, onlyIPv6);
            }
            catch (SocketException taken) when (
                taken.SocketErrorCode == SocketError.AddressAlreadyInUse && listener.Port == 0 && attempt < PortAttempts)
            {
                // The system chose a port that is free for the first address and taken for the second: let it choose another.
            }
            catch (SocketException failure)
            {
                throw new ListenerException($"Listener {listener} cannot be opened: {Explain(failure)}", failure);
            }
        }
    }

    /// <summary>One line on why an address could not be bound.</summary>
    public static string Explain(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "another process listens on that port; stop it or choose another port",
        SocketError.AddressNotAvailable => "the address does not belong to this machine",
        SocketError.AccessDenied => "the port may not be used by this user",
        _ => failure.Message,
    };

    private async Task<IReadOnlyList<IPAddress>> AddressesAsync(ListenerEndPoint listener, CancellationToken cancellationToken)
    {
        if (listener.Host is null)
        {
            return [network.SupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any];
        }

        if (string.Equals(listener.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return network.SupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
        }

        try
        {
            // As in Kafka, a name stands for its first address.
            return [(await network.ResolveAsync(listener.Host, cancellationToken))[0]];
        }
        catch (SocketException unknown)
        {
            throw new ListenerException($"Listener {listener} cannot be opened: the host {listener.Host} is not known ({unknown.Message})", unknown);
        }
    }

    private List<INetworkListener> BindAll(IReadOnlyList<IPAddress> addresses, int port, bool onlyIPv6)
    {
        var bound = new List<INetworkListener>();
        try
        {
            foreach (var address in addresses)
            {
                try
                {
                    var listener = network.Bind(new IPEndPoint(address, port), onlyIPv6, options);
                    port = listener.EndPoint.Port;
                    bound.Add(listener);
                }
                catch (SocketException missing) when (
                    missing.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported && bound.Count > 0)
                {
                    // localhost on a machine where ::1 is switched off: 127.0.0.1 alone.
                }
            }

            return bound;
        }
        catch
        {
            bound.ForEach(static b => b.Dispose());
            throw;
        }
    }
}
