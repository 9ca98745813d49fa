using System.Runtime.InteropServices;
using Kafka.Modular.Core.Buffers;

namespace Kafka.Modular.Network.Frames;

/// <summary>
/// A request as received: header and body, without the size in front. Its memory counts against
/// <c>queued.max.request.bytes</c> until it is disposed, once, by whoever owns it.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct RequestFrame : IDisposable
{
    private readonly PooledBuffer _buffer;

    /// <summary>Wraps a buffer, which it owns from then on.</summary>
    /// <param name="ownedBuffer">The bytes.</param>
    /// <param name="receivedTimestamp">When the last byte came, as <see cref="TimeProvider.GetTimestamp"/> of the server's clock.</param>
    public RequestFrame(PooledBuffer ownedBuffer, long receivedTimestamp)
    {
        _buffer = ownedBuffer;
        ReceivedTimestamp = receivedTimestamp;
    }

    /// <summary>The bytes; they may be changed in place.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Memory<byte> Memory => _buffer.Memory;

    /// <summary>The bytes; they may be changed in place.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public Span<byte> Span => _buffer.Span;

    /// <summary>Length in bytes.</summary>
    public int Length => _buffer.Length;

    /// <summary>When the last byte came, as <see cref="TimeProvider.GetTimestamp"/> of the server's clock.</summary>
    public long ReceivedTimestamp { get; }

    /// <summary>Returns the memory and what it took from the budget.</summary>
    public void Dispose() => _buffer.Dispose();
}
