using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;

namespace Kafka.Modular.Network;

/// <summary>Answers requests. The server's wiring gives one to <see cref="SocketServer"/>.</summary>
public interface IRequestDispatcher
{
    /// <summary>Answers one request.</summary>
    /// <remarks>
    /// What runs before the first await runs on the thread that received the request, one request of a connection after the other: it fixes the order
    /// of effects. Replies leave in the order of the requests, whatever order they complete in. Completing the reply never sends on the completing
    /// thread. An exception closes the connection and is logged as a bug.
    /// </remarks>
    /// <param name="connection">Where it came from.</param>
    /// <param name="ownedFrame">
    /// The request. The dispatcher disposes it, as soon as it is not needed and in any case. It must not be held while the request waits for a time or
    /// for another request: its memory is what other requests wait for, and a connection that waits for memory does not see its peer leave.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the connection is gone: the reply will not be sent, what waits for it need not.</param>
    ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken);
}
