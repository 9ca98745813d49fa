namespace Kafka.Modular.Core.Buffers;

/// <summary>The idle slabs of one size. Used from any thread, under its own lock.</summary>
internal sealed class SlabClass(int slabSize, int maximumIdle)
{
    private readonly Lock _lock = new();
    private PooledBuffer? _head;
    private int _idle;
    private int _lowestIdle;

    public int SlabSize { get; } = slabSize;

    public long IdleBytes => (long)Volatile.Read(ref _idle) * SlabSize;

    public PooledBuffer? TryTake()
    {
        lock (_lock)
        {
            var buffer = _head;
            if (buffer is null)
            {
                return null;
            }

            _head = buffer.Next;
            buffer.Next = null;
            _idle--;
            _lowestIdle = Math.Min(_lowestIdle, _idle);
            return buffer;
        }
    }

    public void Put(PooledBuffer buffer)
    {
        lock (_lock)
        {
            if (_idle >= maximumIdle)
            {
                return;
            }

            buffer.Next = _head;
            _head = buffer;
            _idle++;
        }
    }

    /// <summary>Lets go of the slabs that nobody needed since the last call; returns how many bytes that was.</summary>
    public long TrimUnused()
    {
        lock (_lock)
        {
            var surplus = _lowestIdle;
            for (var i = 0; i < surplus; i++)
            {
                _head = _head!.Next;
            }

            _idle -= surplus;
            _lowestIdle = _idle;
            return (long)surplus * SlabSize;
        }
    }

    public long TrimAll()
    {
        lock (_lock)
        {
            var bytes = (long)_idle * SlabSize;
            _head = null;
            _idle = 0;
            _lowestIdle = 0;
            return bytes;
        }
    }
}
