using System.Net;

namespace Kafka.Modular.Core.Transport;

/// <summary>An address that was bound, see <see cref="INetwork.Bind"/>. Disposing it ends an accept that waits.</summary>
public interface INetworkListener : IDisposable
{
    /// <summary>The address, with the port it really has.</summary>
    IPEndPoint EndPoint { get; }

    /// <summary>Begins to accept.</summary>
    /// <param name="backlog">How many may wait to be accepted, within the system's own limit.</param>
    void Listen(int backlog);

    /// <summary>Gives the next connection.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">It failed; trying again later may help (no more file descriptors, for example).</exception>
    /// <exception cref="ObjectDisposedException">The listener was disposed.</exception>
    ValueTask<ITransport> AcceptAsync(CancellationToken cancellationToken);
}
