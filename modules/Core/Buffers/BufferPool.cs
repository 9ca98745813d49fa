using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kafka.Modular.Core.Buffers;

/// <summary>
/// Rents byte buffers: slabs of 4 KiB to 1 MiB in powers of two, on the pinned heap and reused; anything larger is
/// allocated and left to the collector. Safe to use from any thread.
/// </summary>
public sealed class BufferPool
{
    /// <summary>Size in bytes of the smallest slab.</summary>
    public const int SmallestSlab = 4 * 1024;

    /// <summary>Size in bytes of the largest slab that is reused.</summary>
    public const int LargestSlab = 1024 * 1024;

    private const int MaximumIdleOutputs = 1024;
    private const byte Poison = 0xDB;

    private readonly SlabClass[] _classes;
    private readonly bool _checked;
    private readonly ConcurrentDictionary<PooledBuffer, byte>? _outstanding;
    private readonly Lock _outputsLock = new();
    private OutputBuffer? _outputs;
    private int _idleOutputs;
    private long _rentedBuffers;
    private long _rentedBytes;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="options">How it behaves; the defaults when null.</param>
    public BufferPool(BufferPoolOptions? options = null)
    {
        options ??= new BufferPoolOptions();
        _checked = options.Checked;
        _outstanding = _checked ? new ConcurrentDictionary<PooledBuffer, byte>(ReferenceEqualityComparer.Instance) : null;
        _classes = new SlabClass[ClassOf(LargestSlab) + 1];
        for (var i = 0; i < _classes.Length; i++)
        {
            var size = SmallestSlab << i;
            _classes[i] = new SlabClass(size, (int)Math.Max(1, options.MaximumIdleBytesPerClass / size));
        }
    }

    /// <summary>What is rented and what waits.</summary>
    public BufferPoolStatistics Statistics
    {
        get
        {
            long idle = 0;
            foreach (var slabs in _classes)
            {
                idle += slabs.IdleBytes;
            }

            return new BufferPoolStatistics(Volatile.Read(ref _rentedBuffers), Volatile.Read(ref _rentedBytes), idle);
        }
    }

    /// <summary>Rents a buffer of <paramref name="length"/> bytes (its capacity may be larger). The caller disposes it.</summary>
    /// <param name="length">Bytes needed, 0 or more.</param>
    /// <param name="owner">Filled in by the compiler: named when the buffer leaks.</param>
    /// <param name="line">Filled in by the compiler: named when the buffer leaks.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public PooledBuffer Rent(int length, [CallerMemberName] string owner = "", [CallerLineNumber] int line = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var buffer = length > LargestSlab ? AllocateLarge(length) : TakeSlab(_classes[ClassOf(length)]);
        buffer.OnRented(length, owner, line);
        _outstanding?.TryAdd(buffer, 0);
        Interlocked.Increment(ref _rentedBuffers);
        Interlocked.Add(ref _rentedBytes, buffer.Capacity);
        return buffer;
    }

    /// <summary>Rents an empty message. It takes slabs from this pool as it grows. Whoever ends up with it disposes it.</summary>
    public OutputBuffer RentOutput()
    {
        OutputBuffer? output;
        lock (_outputsLock)
        {
            output = _outputs;
            if (output is not null)
            {
                _outputs = output.Next;
                output.Next = null;
                _idleOutputs--;
            }
        }

        output ??= new OutputBuffer(this);
        output.OnRented();
        return output;
    }

    /// <summary>Lets go of the slabs that nobody needed since the last call; returns how many bytes that was.</summary>
    public long TrimUnused()
    {
        long bytes = 0;
        foreach (var slabs in _classes)
        {
            bytes += slabs.TrimUnused();
        }

        return bytes;
    }

    /// <summary>Lets go of every idle slab; returns how many bytes that was.</summary>
    public long TrimAll()
    {
        lock (_outputsLock)
        {
            _outputs = null;
            _idleOutputs = 0;
        }

        long bytes = 0;
        foreach (var slabs in _classes)
        {
            bytes += slabs.TrimAll();
        }

        return bytes;
    }

    /// <summary>Tells of buffers that were rented and not disposed; a checked pool names the methods that rented them.</summary>
    /// <exception cref="InvalidOperationException">Something is rented.</exception>
    public void ThrowIfRented()
    {
        var count = Volatile.Read(ref _rentedBuffers);
        if (count == 0)
        {
            return;
        }

        var owners = _outstanding is null
            ? ""
            : ": " + string.Join(", ", _outstanding.Keys.Select(static b => $"{b.Length} bytes by {b.Owner} line {b.OwnerLine}").Take(20));
        throw new InvalidOperationException($"{count} buffers were not returned to the pool{owners}");
    }

    internal void Return(PooledBuffer buffer)
    {
        Interlocked.Decrement(ref _rentedBuffers);
        Interlocked.Add(ref _rentedBytes, -buffer.Capacity);
        var returned = buffer;
        if (_outstanding is not null)
        {
            _outstanding.TryRemove(buffer, out _);
            var array = buffer.Detach();
            array.AsSpan().Fill(Poison);
            returned = new PooledBuffer(this, array, pinned: true);
        }

        if (returned.Capacity <= LargestSlab)
        {
            _classes[ClassOf(returned.Capacity)].Put(returned);
        }
    }

    internal void Return(OutputBuffer output)
    {
        lock (_outputsLock)
        {
            if (!_checked && _idleOutputs < MaximumIdleOutputs)
            {
                output.Next = _outputs;
                _outputs = output;
                _idleOutputs++;
            }
        }
    }

    internal void OnSecondReturn()
    {
        if (_checked)
        {
            throw new InvalidOperationException("A pooled buffer was disposed twice.");
        }
    }

    private static int ClassOf(int length) =>
        length <= SmallestSlab ? 0 : BitOperations.Log2((uint)(length - 1)) + 1 - BitOperations.Log2(SmallestSlab);

    private PooledBuffer TakeSlab(SlabClass slabs)
    {
        var buffer = slabs.TryTake();
        if (buffer is null)
        {
            return new PooledBuffer(this, GC.AllocateUninitializedArray<byte>(slabs.SlabSize, pinned: true), pinned: true);
        }

        if (_checked && buffer.Array.AsSpan().ContainsAnyExcept(Poison))
        {
            throw new InvalidOperationException("A pooled buffer was written to after it was disposed.");
        }

        return buffer;
    }

    private PooledBuffer AllocateLarge(int length) => new(this, GC.AllocateUninitializedArray<byte>(length), pinned: false);
}
