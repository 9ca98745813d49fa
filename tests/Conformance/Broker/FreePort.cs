using System.Net;
using System.Net.Sockets;

namespace Kafka.Modular.Conformance.Broker;

/// <summary>
/// Ports for a broker that must come back at the same place after a restart, so that port 0 will not do. They lie below the range from
/// which the system takes ports for outgoing connections, so that no client takes them while the broker is down.
/// </summary>
internal static class FreePort
{
    private const int First = 15_000;
    private const int End = 32_000;

    private static int s_next = First + (Environment.ProcessId * 37 % (End - First));

    public static int Take()
    {
        for (int attempt = 0; attempt < 1000; attempt++)
        {
            int port = First + (Interlocked.Increment(ref s_next) % (End - First));
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port between {First} and {End} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
