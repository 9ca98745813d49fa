using System.Runtime.InteropServices;
using Kafka.Modular.Core.Limits;

namespace Kafka.Modular.Core.Buffers;

/// <summary>
/// Bytes rented from a <see cref="BufferPool"/>. Whoever rents disposes, once; ownership moves only by a parameter
/// named <c>owned…</c>. May be handed from thread to thread, but used by one at a time.
/// </summary>
/// <remarks>The contents are whatever the last owner left there.</remarks>
public sealed class PooledBuffer : IDisposable
{
    private readonly BufferPool _pool;
    private readonly bool _pinned;
    private byte[] _array;
    private int _length;
    private int _rented;
    private MemoryBudget? _budget;
    private long _charge;

    internal PooledBuffer(BufferPool pool, byte[] array, bool pinned)
    {
        _pool = pool;
        _array = array;
        _pinned = pinned;
    }

    /// <summary>Length in bytes of the part in use: what was asked for, or what <see cref="Resize"/> set since.</summary>
    public int Length => _length;

    /// <summary>Bytes there is room for; at least <see cref="Length"/>.</summary>
    public int Capacity => _array.Length;

    /// <summary>The part in use.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was returned.</exception>
    public Memory<byte> Memory
    {
        get
        {
            ThrowIfReturned();
            return _pinned ? MemoryMarshal.CreateFromPinnedArray(_array, 0, _length) : _array.AsMemory(0, _length);
        }
    }

    /// <summary>The part in use.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was returned.</exception>
    public Span<byte> Span
    {
        get
        {
            ThrowIfReturned();
            return _array.AsSpan(0, _length);
        }
    }

    /// <summary>Everything there is room for, in use or not.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was returned.</exception>
    public Memory<byte> FullMemory
    {
        get
        {
            ThrowIfReturned();
            return _pinned ? MemoryMarshal.CreateFromPinnedArray(_array, 0, _array.Length) : _array;
        }
    }

    internal PooledBuffer? Next { get; set; }

    internal byte[] Array => _array;

    internal string Owner { get; private set; } = "";

    internal int OwnerLine { get; private set; }

    /// <summary>Sets the length of the part in use, within <see cref="Capacity"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for so many bytes.</exception>
    public void Resize(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _array.Length);
        _length = length;
    }

    /// <summary>
    /// Hands over bytes that the caller reserved from a budget: they go back to it when this buffer is disposed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The buffer carries a charge already.</exception>
    public void TakeCharge(MemoryBudget budget, long bytes)
    {
        if (_budget is not null)
        {
            throw new InvalidOperationException("The buffer carries a charge already.");
        }

        _budget = budget;
        _charge = bytes;
    }

    /// <summary>Hands the charge over to a buffer that replaces this one.</summary>
    /// <exception cref="InvalidOperationException">The other buffer carries a charge already.</exception>
    public void MoveChargeTo(PooledBuffer replacement)
    {
        if (_budget is not null)
        {
            replacement.TakeCharge(_budget, _charge);
            _budget = null;
            _charge = 0;
        }
    }

    /// <summary>Returns the bytes to the pool and the charge, if any, to its budget.</summary>
    /// <exception cref="InvalidOperationException">It was disposed before (told by a checked pool only).</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, 0) == 0)
        {
            _pool.OnSecondReturn();
            return;
        }

        var budget = _budget;
        var charge = _charge;
        _budget = null;
        _charge = 0;
        _pool.Return(this);
        budget?.Release(charge);
    }

    internal void OnRented(int length, string owner, int line)
    {
        _length = length;
        Owner = owner;
        OwnerLine = line;
        Volatile.Write(ref _rented, 1);
    }

    /// <summary>Takes the array away, so that a late use of this object cannot reach it.</summary>
    internal byte[] Detach()
    {
        var array = _array;
        _array = [];
        _length = 0;
        return array;
    }

    private void ThrowIfReturned() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _rented) == 0, this);
}
