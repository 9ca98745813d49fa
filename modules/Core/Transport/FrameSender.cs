using System.Runtime.CompilerServices;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Core.Transport;

/// <summary>
/// Writes messages to a transport, each preceded by its size in four bytes (Kafka protocol guide, "Network"). One call at a time.
/// </summary>
/// <remarks>
/// Small pieces, of one message or of several, are gathered in one slab and leave in one send; large pieces are sent from where they are, large
/// regions from their file. The slab is rented only while something is gathered.
/// </remarks>
public sealed class FrameSender : IDisposable
{
    /// <summary>From this many bytes on a piece in memory is sent from where it is instead of being gathered.</summary>
    public const int DirectBytes = 16 * 1024;

    /// <summary>From this many bytes on a region is sent from its file instead of being read and gathered.</summary>
    public const int DirectRegion = 64 * 1024;

    private const int GatheredBytes = 64 * 1024;

    private readonly ITransport _transport;
    private readonly BufferPool _pool;
    private PooledBuffer? _gathered;
    private int _used;

    /// <summary>Creates a sender; it does not own the transport.</summary>
    public FrameSender(ITransport transport, BufferPool pool)
    {
        _transport = transport;
        _pool = pool;
    }

    /// <summary>Sends a message, and what was gathered before it. Disposes the message in any case.</summary>
    /// <exception cref="IOException">A region could not be read; the connection cannot be used any more.</exception>
    public ValueTask SendAsync(OutputBuffer ownedMessage, CancellationToken cancellationToken) =>
        _used == 0 && ownedMessage.SegmentCount == 1 && ownedMessage.Segment(0).Region is null
            ? SendSinglePieceAsync(ownedMessage, cancellationToken)
            : SendPiecesAsync(ownedMessage, flush: true, cancellationToken);

    /// <summary>
    /// Sends a message or gathers it, to leave together with what comes next: call <see cref="FlushAsync"/> when nothing comes. Disposes the
    /// message in any case.
    /// </summary>
    /// <exception cref="IOException">A region could not be read; the connection cannot be used any more.</exception>
    public ValueTask AppendAsync(OutputBuffer ownedMessage, CancellationToken cancellationToken) =>
        SendPiecesAsync(ownedMessage, flush: false, cancellationToken);

    /// <summary>Sends what was gathered.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_used > 0)
        {
            await _transport.SendAsync(_gathered!.FullMemory[.._used], cancellationToken);
        }

        Dispose();
    }

    /// <summary>Forgets what was gathered.</summary>
    public void Dispose()
    {
        _gathered?.Dispose();
        _gathered = null;
        _used = 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendSinglePieceAsync(OutputBuffer ownedMessage, CancellationToken cancellationToken)
    {
        try
        {
            ownedMessage.SealFrame();
            for (var i = 0; i < ownedMessage.SegmentCount; i++)
            {
                await _transport.SendAsync(ownedMessage.Segment(i).Bytes, cancellationToken);
            }
        }
        finally
        {
            ownedMessage.Dispose();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendPiecesAsync(OutputBuffer ownedMessage, bool flush, CancellationToken cancellationToken)
    {
        try
        {
            ownedMessage.SealFrame();
            for (var i = 0; i < ownedMessage.SegmentCount; i++)
            {
                var piece = ownedMessage.Segment(i);
                if (piece.Region is not { } region)
                {
                    await AppendBytesAsync(piece.Bytes, cancellationToken);
                }
                else if (region.TryGetMemory(out var memory))
                {
                    await AppendBytesAsync(memory, cancellationToken);
                }
                else
                {
                    await AppendFileRegionAsync(region, cancellationToken);
                }
            }

            if (flush)
            {
                await FlushAsync(cancellationToken);
            }
        }
        finally
        {
            ownedMessage.Dispose();
        }
    }

    private ValueTask AppendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length < DirectBytes && _used + bytes.Length <= GatheredBytes)
        {
            bytes.Span.CopyTo(Room());
            _used += bytes.Length;
            return ValueTask.CompletedTask;
        }

        return FlushThenAppendBytesAsync(bytes, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushThenAppendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        if (bytes.Length >= DirectBytes)
        {
            await _transport.SendAsync(bytes, cancellationToken);
            return;
        }

        bytes.Span.CopyTo(Room());
        _used += bytes.Length;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AppendFileRegionAsync(ILogLease region, CancellationToken cancellationToken)
    {
        var direct = region.Length >= DirectRegion && _transport.SendsFilesDirectly && region.FileHandle is { IsAsync: true };
        if (direct)
        {
            await FlushAsync(cancellationToken);
            await _transport.SendRegionAsync(region, 0, region.Length, cancellationToken);
            return;
        }

        for (var position = 0; position < region.Length;)
        {
            if (_used == GatheredBytes)
            {
                await FlushAsync(cancellationToken);
            }

            var room = Room();
            var read = region.Read(position, room[..Math.Min(room.Length, region.Length - position)]);
            if (read <= 0)
            {
                throw new EndOfStreamException($"A region of {region.Length} bytes of a log ended after {position} bytes.");
            }

            position += read;
            _used += read;
        }
    }

    private Span<byte> Room()
    {
        _gathered ??= _pool.Rent(GatheredBytes);
        return _gathered.Span[_used..];
    }
}
