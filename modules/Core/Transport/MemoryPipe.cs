namespace Kafka.Modular.Core.Transport;

/// <summary>One direction of a connection in memory: bytes in order, a bounded number of them.</summary>
internal sealed class MemoryPipe(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<ReadOnlyMemory<byte>> _chunks = new();
    private TaskCompletionSource? _changed;
    private int _held;
    private int _headTaken;
    private bool _completed;
    private bool _broken;

    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                ThrowIfBroken();
                if (_held > 0 || _completed || destination.IsEmpty)
                {
                    return Take(destination.Span);
                }

                changed = Changed();
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                ThrowIfBroken();
                if (_completed)
                {
                    throw new IOException("The connection was closed.");
                }

                bytes = Put(bytes);
                if (bytes.IsEmpty)
                {
                    return;
                }

                changed = Changed();
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            Signal();
        }
    }

    public void Break()
    {
        lock (_lock)
        {
            _broken = true;
            _chunks.Clear();
            _held = 0;
            Signal();
        }
    }

    private int Take(Span<byte> destination)
    {
        var taken = 0;
        while (taken < destination.Length && _chunks.TryPeek(out var chunk))
        {
            var part = Math.Min(chunk.Length - _headTaken, destination.Length - taken);
            chunk.Span.Slice(_headTaken, part).CopyTo(destination[taken..]);
            taken += part;
            _headTaken += part;
            if (_headTaken == chunk.Length)
            {
                _chunks.Dequeue();
                _headTaken = 0;
            }
        }

        _held -= taken;
        Signal();
        return taken;
    }

    private ReadOnlyMemory<byte> Put(ReadOnlyMemory<byte> bytes)
    {
        var part = Math.Min(capacity - _held, bytes.Length);
        if (part > 0)
        {
            _chunks.Enqueue(bytes[..part].ToArray());
            _held += part;
            Signal();
        }

        return bytes[part..];
    }

    private Task Changed() => (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void Signal()
    {
        _changed?.TrySetResult();
        _changed = null;
    }

    private void ThrowIfBroken()
    {
        if (_broken)
        {
            throw new IOException("The connection was reset.");
        }
    }
}
