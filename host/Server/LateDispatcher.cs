using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;

namespace Kafka.Modular.Server;

/// <summary>Ports are bound before there is anything to answer with; connections are accepted only once the dispatcher is set.</summary>
internal sealed class LateDispatcher : IRequestDispatcher
{
    public IRequestDispatcher? Target { get; set; }

    public ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken)
        => (Target ?? throw new InvalidOperationException("Connections are accepted before the handlers are there.")).DispatchAsync(connection, ownedFrame, cancellationToken);
}
