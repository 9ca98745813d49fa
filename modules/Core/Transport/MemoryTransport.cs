using System.Net;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Core.Transport;

/// <summary>One end of a connection inside the process. Aborting it looks to the other end like a reset.</summary>
public sealed class MemoryTransport : ITransport
{
    private readonly MemoryPipe _incoming;
    private readonly MemoryPipe _outgoing;

    private MemoryTransport(IPEndPoint local, IPEndPoint remote, MemoryPipe incoming, MemoryPipe outgoing)
    {
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        _incoming = incoming;
        _outgoing = outgoing;
    }

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc/>
    public IPEndPoint RemoteEndPoint { get; }

    /// <inheritdoc/>
    public bool SendsFilesDirectly => false;

    /// <summary>Makes both ends of a connection.</summary>
    /// <param name="client">Address of the first end.</param>
    /// <param name="server">Address of the second end.</param>
    /// <param name="capacity">Bytes that one direction holds before a send waits.</param>
    public static (MemoryTransport Client, MemoryTransport Server) CreatePair(IPEndPoint client, IPEndPoint server, int capacity)
    {
        var upstream = new MemoryPipe(capacity);
        var downstream = new MemoryPipe(capacity);
        return (new MemoryTransport(client, server, downstream, upstream), new MemoryTransport(server, client, upstream, downstream));
    }

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken) =>
        _incoming.ReadAsync(destination, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _outgoing.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SendRegionAsync(ILogLease region, int offset, int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A connection in memory has no file to send from.");

    /// <inheritdoc/>
    public ValueTask CloseSendAsync(CancellationToken cancellationToken)
    {
        _outgoing.Complete();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Abort()
    {
        _incoming.Break();
        _outgoing.Break();
    }

    /// <summary>Closes both directions; what was sent can still be received by the other end.</summary>
    public ValueTask DisposeAsync()
    {
        _outgoing.Complete();
        _incoming.Break();
        return ValueTask.CompletedTask;
    }
}
