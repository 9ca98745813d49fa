using System.Buffers.Binary;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Metrics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Security.Authentication;

namespace Kafka.Modular.Handlers.Security;

/// <summary>
/// Stands before the dispatcher: on listeners with SASL nothing but authentication is answered until it is known who the client is. Connections of other listeners,
/// and those that have authenticated, pass without any cost but a look at their state.
/// </summary>
/// <param name="services">Makes the conversations of connections.</param>
/// <param name="requests">Answers those who are let in.</param>
public sealed class AuthenticationGate(AuthenticationGateServices services, IRequestDispatcher requests) : IRequestDispatcher, IConnectionObserver
{
    /// <inheritdoc/>
    public void OnConnected(ConnectionContext connection)
    {
        if (!connection.Protocol.UsesSasl())
            return;
        connection.IsAuthenticated = false;
        connection.FrameLimit = services.Authentication.MaximumReceiveSize(connection.Listener.Name);
        connection.GetOrAdd(Begin);
    }

    /// <inheritdoc/>
    public void OnDisconnected(ConnectionContext connection, CloseReason reason) => connection.Find<SaslConversation>()?.OnDisconnected(reason);

    /// <inheritdoc/>
    public ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        if (!connection.Protocol.UsesSasl())
            return requests.DispatchAsync(connection, ownedFrame, cancellationToken);
        var conversation = connection.Find<SaslConversation>() ?? connection.GetOrAdd(Begin);
        return conversation.IsOpen
            ? requests.DispatchAsync(connection, ownedFrame, cancellationToken)
            : conversation.ReceiveAsync(ownedFrame, cancellationToken);
    }

    private SaslConversation Begin(ConnectionContext connection) => new(services, requests, connection);
}
