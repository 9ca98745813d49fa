using System.Net.Sockets;

namespace Kafka.Modular.Core.Transport;

/// <summary>Tells apart what transports throw.</summary>
public static class TransportErrors
{
    /// <summary>Whether an exception of an <see cref="ITransport"/> means no more than that the connection is gone.</summary>
    public static bool IsConnectionLoss(this Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException;
}
