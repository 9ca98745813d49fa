using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Client.Connections;

/// <summary>
/// Reads frames from a peer: a size in four bytes, then so many bytes. One read at a time. An idle connection holds four bytes; the size of the next
/// frame is received with the body of the one before.
/// </summary>
internal sealed class ResponseReader(ITransport transport, BufferPool pool, int maximumSize)
{
    private const int PrefixLength = sizeof(int);
    private const int CautiousRent = 32 * 1024;
    private const int TrustedRent = 8 * 1024 * 1024;

    private readonly byte[] _prefix = new byte[PrefixLength];
    private int _prefixReceived;

    /// <summary>Set when the peer has shown that it is a broker: memory for a frame is then rented at once and not as its bytes come.</summary>
    public bool IsTrusted { get; set; }

    /// <summary>The next frame, without its size; null when the peer closed between two frames.</summary>
    /// <exception cref="ProtocolException">The peer announces a size that no response has.</exception>
    /// <exception cref="EndOfStreamException">The peer closed inside a frame.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PooledBuffer?> ReadAsync()
    {
        while (_prefixReceived < PrefixLength)
        {
            var received = await transport.ReceiveAsync(_prefix.AsMemory(_prefixReceived), CancellationToken.None);
            if (received == 0)
            {
                return _prefixReceived == 0 ? null : throw new EndOfStreamException("The peer closed the connection inside the size of a response.");
            }

            _prefixReceived += received;
        }

        var size = BinaryPrimitives.ReadInt32BigEndian(_prefix);
        return size >= sizeof(int) && size <= maximumSize
            ? await ReadBodyAsync(size)
            : throw new ProtocolException($"the peer announces a response of {size} bytes; it may not be a Kafka broker, or wants TLS");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<PooledBuffer> ReadBodyAsync(int size)
    {
        var wanted = (long)size + PrefixLength;
        var buffer = pool.Rent((int)Math.Min(wanted, IsTrusted ? TrustedRent : CautiousRent));
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
                received += count > 0 ? count : throw new EndOfStreamException("The peer closed the connection inside a response.");
            }

            _prefixReceived = received - size;
            buffer.FullMemory.Span[size..received].CopyTo(_prefix);
            buffer.Resize(size);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    private PooledBuffer Enlarge(PooledBuffer ownedBuffer, int used, long wanted)
    {
        var larger = pool.Rent((int)Math.Min(Math.Min(wanted, Math.Max(BufferPool.LargestSlab, (long)used * 2)), Array.MaxLength));
        ownedBuffer.FullMemory.Span[..used].CopyTo(larger.FullMemory.Span);
        ownedBuffer.Dispose();
        return larger;
    }
}
