using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Kafka.Modular.Core.Transport;

/// <summary>An address of a <see cref="MemoryNetwork"/>.</summary>
internal sealed class MemoryListener(MemoryNetwork network, IPEndPoint endPoint) : INetworkListener
{
    private Channel<MemoryTransport>? _waiting;

    public IPEndPoint EndPoint { get; } = endPoint;

    public void Listen(int backlog) => _waiting = Channel.CreateBounded<MemoryTransport>(Math.Max(1, backlog));

    public bool TryOffer(MemoryTransport transport) => _waiting?.Writer.TryWrite(transport) ?? false;

    public async ValueTask<ITransport> AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await (_waiting ?? throw new SocketException((int)SocketError.InvalidArgument)).Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw new ObjectDisposedException("The listener was disposed.", closed);
        }
    }

    public void Dispose()
    {
        network.Remove(this);
        if (_waiting is null)
        {
            return;
        }

        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var transport))
        {
            transport.Abort();
        }
    }
}
