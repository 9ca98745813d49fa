using System.Net;
using System.Net.Sockets;

namespace Kafka.Modular.Core.Transport;

/// <summary>A bound TCP socket.</summary>
internal sealed class SocketListener(Socket socket, TransportOptions options, SendFilePool sendFilePool) : INetworkListener
{
    public IPEndPoint EndPoint { get; } = (IPEndPoint)socket.LocalEndPoint!;

    public void Listen(int backlog) => socket.Listen(backlog);

    public async ValueTask<ITransport> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var accepted = await socket.AcceptAsync(cancellationToken);
            try
            {
                return new SocketTransport(accepted, options, sendFilePool);
            }
            catch (Exception lost) when (lost.IsConnectionLoss())
            {
                // The peer was gone before its options could be set: nobody waits for it.
                accepted.Dispose();
            }
        }
    }

    public void Dispose() => socket.Dispose();
}
