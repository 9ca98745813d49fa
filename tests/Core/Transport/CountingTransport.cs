using System.Net;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Core.Tests.Transport;

/// <summary>Counts the sends of the transport it wraps.</summary>
internal sealed class CountingTransport(ITransport inner) : ITransport
{
    public int Sends { get; private set; }

    public IPEndPoint LocalEndPoint => inner.LocalEndPoint;

    public IPEndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public bool SendsFilesDirectly => inner.SendsFilesDirectly;

    public ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken) =>
        inner.ReceiveAsync(destination, cancellationToken);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Sends++;
        return inner.SendAsync(bytes, cancellationToken);
    }

    public ValueTask SendRegionAsync(ILogLease region, int offset, int count, CancellationToken cancellationToken) =>
        inner.SendRegionAsync(region, offset, count, cancellationToken);

    public ValueTask CloseSendAsync(CancellationToken cancellationToken) => inner.CloseSendAsync(cancellationToken);

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
