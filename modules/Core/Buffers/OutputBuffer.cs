using System.Buffers;
using System.Buffers.Binary;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Core.Buffers;

/// <summary>
/// A message on its way out: bytes written into pooled slabs, and regions of logs between them that are sent without being read.
/// Rented from <see cref="BufferPool.RentOutput"/>; whoever ends up with it disposes it, once. One thread at a time.
/// </summary>
/// <remarks>
/// Four bytes before the first are kept free for the size that precedes a message on the wire, so that the sender need not copy.
/// </remarks>
public sealed class OutputBuffer : IBufferWriter<byte>, IDisposable
{
    private const int LargestGrowth = 64 * 1024;

    private readonly BufferPool _pool;
    private readonly List<PooledBuffer> _slabs = new(1);
    private readonly List<OutputSegment> _segments = new(1);
    private Memory<byte> _slab;
    private Memory<byte> _sizePrefix;
    private int _start;
    private int _used;
    private bool _sealed;
    private int _rented;

    internal OutputBuffer(BufferPool pool) => _pool = pool;

    /// <summary>Length in bytes of everything written and appended, without the size that precedes it on the wire.</summary>
    public long Length { get; private set; }

    /// <summary>How many of these bytes are held in memory for this message alone: written ones, not regions.</summary>
    public long BytesInMemory { get; private set; }

    /// <summary>How many pieces there are now. Reading it ends the piece that is being written; more may still be written.</summary>
    public int SegmentCount
    {
        get
        {
            EndSegment();
            return _segments.Count;
        }
    }

    internal OutputBuffer? Next { get; set; }

    /// <summary>One of the pieces, in the order they go out. It ends the piece that is being written, as <see cref="SegmentCount"/> does.</summary>
    public OutputSegment Segment(int index)
    {
        EndSegment();
        return _segments[index];
    }

    /// <summary>Room for at least <paramref name="sizeHint"/> bytes (1 when 0). Call <see cref="Advance"/> with how many were written.</summary>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Room for at least <paramref name="sizeHint"/> bytes (1 when 0). Call <see cref="Advance"/> with how many were written.</summary>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_slab.Length - _used < Math.Max(1, sizeHint))
        {
            Grow(sizeHint);
        }

        return _slab[_used..];
    }

    /// <summary>Tells that so many bytes were written to what <see cref="GetSpan"/> or <see cref="GetMemory"/> gave.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There was no room for so many.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _slab.Length - _used);
        _used += count;
        Length += count;
        BytesInMemory += count;
    }

    /// <summary>Writes bytes, by copying them.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = GetSpan();
            var part = Math.Min(room.Length, bytes.Length);
            bytes[..part].CopyTo(room);
            Advance(part);
            bytes = bytes[part..];
        }
    }

    /// <summary>
    /// Leaves room for <paramref name="count"/> bytes, to be filled in before the message is sent; a length that is known only
    /// after what follows it was written, for example.
    /// </summary>
    public Memory<byte> Reserve(int count)
    {
        var memory = GetMemory(count)[..count];
        Advance(count);
        return memory;
    }

    /// <summary>Appends a region of a log. This object disposes it, when the message is disposed.</summary>
    public void Append(ILogLease ownedRegion)
    {
        EndSegment();
        _segments.Add(new OutputSegment(ownedRegion));
        Length += ownedRegion.Length;
    }

    /// <summary>Appends bytes without copying them: they must stay as they are until this object is disposed.</summary>
    public void AppendBorrowed(ReadOnlyMemory<byte> bytes)
    {
        EndSegment();
        _segments.Add(new OutputSegment(bytes));
        Length += bytes.Length;
    }

    /// <summary>Copies everything into an array. For tests and tools: it reads the regions.</summary>
    public byte[] ToArray()
    {
        var array = new byte[Length];
        var position = 0;
        for (var i = 0; i < SegmentCount; i++)
        {
            var segment = _segments[i];
            if (segment.Region is { } region)
            {
                for (var read = 0; read < region.Length;)
                {
                    var part = region.Read(read, array.AsSpan(position + read, region.Length - read));
                    read += part > 0 ? part : throw new EndOfStreamException("A region of a log ended early.");
                }
            }
            else
            {
                segment.Bytes.Span.CopyTo(array.AsSpan(position));
            }

            position += segment.Length;
        }

        return array;
    }

    /// <summary>Returns the slabs and disposes the regions.</summary>
    /// <exception cref="InvalidOperationException">It was disposed before (told by a checked pool only).</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, 0) == 0)
        {
            _pool.OnSecondReturn();
            return;
        }

        foreach (var segment in _segments)
        {
            segment.Region?.Dispose();
        }

        foreach (var slab in _slabs)
        {
            slab.Dispose();
        }

        _segments.Clear();
        _slabs.Clear();
        _slab = default;
        _sizePrefix = default;
        _start = 0;
        _used = 0;
        _sealed = false;
        Length = 0;
        BytesInMemory = 0;
        _pool.Return(this);
    }

    internal void OnRented() => Volatile.Write(ref _rented, 1);

    /// <summary>
    /// Puts the size in front, as the first four bytes of the first piece. Nothing may be written after that.
    /// </summary>
    /// <exception cref="InvalidOperationException">The message is larger than a frame can be, or was sealed before.</exception>
    internal void SealFrame()
    {
        if (_sealed || Length > int.MaxValue)
        {
            throw new InvalidOperationException(_sealed ? "The message was framed before." : $"A message of {Length} bytes does not fit a frame.");
        }

        if (_slabs.Count == 0)
        {
            Grow(0);
        }

        EndSegment();
        _sealed = true;
        BinaryPrimitives.WriteInt32BigEndian(_sizePrefix.Span, (int)Length);
        var first = _slabs[0].FullMemory;
        if (_segments.Count > 0 && _segments[0].Region is null && first.Span[sizeof(int)..].Overlaps(_segments[0].Bytes.Span, out var offset) && offset == 0)
        {
            _segments[0] = new OutputSegment(first[..(sizeof(int) + _segments[0].Length)]);
        }
        else
        {
            _segments.Insert(0, new OutputSegment(_sizePrefix));
        }
    }

    private void Grow(int sizeHint)
    {
        EndSegment();
        var growth = Math.Min(LargestGrowth, Math.Max(BufferPool.SmallestSlab, _slab.Length * 2));
        var slab = _pool.Rent(Math.Max(growth, sizeHint + sizeof(int)));
        _slabs.Add(slab);
        _slab = slab.FullMemory;
        (_start, _used) = (0, 0);
        if (_slabs.Count == 1)
        {
            _sizePrefix = _slab[..sizeof(int)];
            (_start, _used) = (sizeof(int), sizeof(int));
        }
    }

    private void EndSegment()
    {
        if (_used > _start)
        {
            _segments.Add(new OutputSegment(_slab[_start.._used]));
            _start = _used;
        }
    }
}
