using System.Net;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>A transport whose sends fail as they do when the peer has gone; it tells when it is aborted.</summary>
internal sealed class UnsendableTransport(ITransport inner, Action onAbort) : ITransport
{
    public IPEndPoint LocalEndPoint => inner.LocalEndPoint;

    public IPEndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public bool SendsFilesDirectly => inner.SendsFilesDirectly;

    public ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken) => inner.ReceiveAsync(destination, cancellationToken);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => throw new IOException("The connection was reset.");

    public ValueTask SendRegionAsync(ILogLease region, int offset, int count, CancellationToken cancellationToken) => throw new IOException("The connection was reset.");

    public ValueTask CloseSendAsync(CancellationToken cancellationToken) => inner.CloseSendAsync(cancellationToken);

    public void Abort()
    {
        onAbort();
        inner.Abort();
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
