using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Connections;

namespace Kafka.Modular.Network.Frames;

/// <summary>
/// Reads frames from a connection: a size in four bytes, then so many bytes. One read at a time.
/// </summary>
/// <remarks>
/// An idle connection waits with four bytes of its own and no rented buffer. A body is received together with the size of the frame after it, so
/// that pipelined requests cost one receive each. The announced size is taken from the budget before the body is read, but
/// memory is only rented as bytes really come: 32 KiB, or as much as the frame before had, up to 1 MiB, so that a producer of large batches is not received
/// in pieces; then twice as much each time.
/// </remarks>
internal sealed class FrameReader(ITransport transport, BufferPool pool, MemoryBudget budget, int maximumSize, TimeProvider time, ConnectionContext? context = null)
{
    private const int FirstRent = 32 * 1024;
    private const int PrefixLength = sizeof(int);

    private readonly byte[] _prefix = new byte[PrefixLength];
    private int _prefixReceived;
    private int _previousSize;
    private long _lastReceived = time.GetTimestamp();

    /// <summary>When bytes last came, as a timestamp of the clock.</summary>
    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>Size of the largest frame that is accepted now.</summary>
    public int MaximumSize => context?.FrameLimit is > 0 and var limit ? Math.Min(limit, maximumSize) : maximumSize;

    /// <summary>Reads the next frame.</summary>
    /// <param name="cancellationToken">Ends a wait for the budget. What ends a receive is <see cref="ITransport.Abort"/>: a token would be registered each time.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FrameReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        while (_prefixReceived < PrefixLength)
        {
            var received = await transport.ReceiveAsync(_prefix.AsMemory(_prefixReceived), CancellationToken.None);
            if (received == 0)
            {
                return new FrameReadResult(_prefixReceived == 0 ? FrameReadKind.End : FrameReadKind.Truncated, 0, default);
            }

            _prefixReceived += received;
            Volatile.Write(ref _lastReceived, time.GetTimestamp());
        }

        var size = BinaryPrimitives.ReadInt32BigEndian(_prefix);
        if (size < 0 || size > MaximumSize)
        {
            return new FrameReadResult(FrameReadKind.Malformed, size, default);
        }

        await budget.ReserveAsync(size, cancellationToken);
        return await ReadBodyAsync(size);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FrameReadResult> ReadBodyAsync(int size)
    {
        var wanted = (long)size + PrefixLength;
        var buffer = pool.Rent((int)Math.Min(wanted, Math.Clamp(_previousSize + PrefixLength, FirstRent, BufferPool.LargestSlab)));
        buffer.TakeCharge(budget, size);
        try
        {
            var received = 0;
            while (received < size)
            {
                if (received == buffer.Capacity)
                {
                    buffer = Enlarge(buffer, received, wanted);
                }

                var room = buffer.FullMemory[received..(int)Math.Min(buffer.Capacity, wanted)];
                var count = await transport.ReceiveAsync(room, CancellationToken.None);
                if (count == 0)
                {
                    buffer.Dispose();
                    return new FrameReadResult(FrameReadKind.Truncated, size, default);
                }

                received += count;
                Volatile.Write(ref _lastReceived, time.GetTimestamp());
            }

            _previousSize = Math.Min(size, BufferPool.LargestSlab);
            _prefixReceived = received - size;
            buffer.FullMemory.Span[size..received].CopyTo(_prefix);
            buffer.Resize(size);
            return new FrameReadResult(FrameReadKind.Frame, size, new RequestFrame(buffer, _lastReceived));
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private PooledBuffer Enlarge(PooledBuffer ownedBuffer, int used, long wanted)
    {
        var capacity = Math.Max(BufferPool.LargestSlab, (long)used * 2);
        var larger = pool.Rent((int)Math.Min(Math.Min(wanted, capacity), Array.MaxLength));
        ownedBuffer.FullMemory.Span[..used].CopyTo(larger.FullMemory.Span);
        ownedBuffer.MoveChargeTo(larger);
        ownedBuffer.Dispose();
        return larger;
    }
}
