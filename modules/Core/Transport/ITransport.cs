using System.Net;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Core.Transport;

/// <summary>
/// One connection: a stream of bytes each way. Hides whether it is plain, encrypted or in memory.
/// </summary>
/// <remarks>
/// One receive and one send may be under way at a time, from any thread; <see cref="Abort"/> may be called beside them. A receive that waits holds
/// no buffer but the caller's. When the connection is lost, operations throw an <see cref="IOException"/>, a
/// <see cref="System.Net.Sockets.SocketException"/> or an <see cref="ObjectDisposedException"/> (<see cref="TransportErrors.IsConnectionLoss"/>).
/// A token that is cancelled in the middle of a send leaves the stream unusable.
/// </remarks>
public interface ITransport : IAsyncDisposable
{
    /// <summary>This end.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>The other end.</summary>
    IPEndPoint RemoteEndPoint { get; }

    /// <summary>Whether <see cref="SendRegionAsync"/> sends from the file without passing through the process's memory.</summary>
    bool SendsFilesDirectly { get; }

    /// <summary>Receives what is there, at least one byte; 0 when the other end has closed its direction.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Sends all the bytes; completes when the buffer may be reused.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Sends a stretch of a region that is in a file. The caller keeps the region and disposes it after completion.</summary>
    /// <exception cref="NotSupportedException"><see cref="SendsFilesDirectly"/> is false.</exception>
    ValueTask SendRegionAsync(ILogLease region, int offset, int count, CancellationToken cancellationToken);

    /// <summary>Tells the other end that nothing more will be sent; receiving goes on.</summary>
    ValueTask CloseSendAsync(CancellationToken cancellationToken);

    /// <summary>Ends the connection at once; operations under way fail. May be called at any time and more than once.</summary>
    void Abort();
}
