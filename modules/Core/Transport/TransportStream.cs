using Kafka.Modular.Core.Buffers;

namespace Kafka.Modular.Core.Transport;

/// <summary>
/// A transport as the stream that <see cref="System.Net.Security.SslStream"/> wants below it. What was received before the encryption began is given
/// first; what is written between <see cref="Gather"/> and <see cref="SendGatheredAsync"/> leaves together.
/// </summary>
internal sealed class TransportStream(ITransport inner, ReadOnlyMemory<byte> received, BufferPool pool) : Stream
{
    private ReadOnlyMemory<byte> _received = received;
    private PooledBuffer? _gathered;
    private int _used;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From here on writes are kept, until <see cref="SendGatheredAsync"/> or until there are too many.</summary>
    /// <param name="capacity">How many bytes to keep.</param>
    public void Gather(int capacity) => _gathered ??= pool.Rent(capacity);

    /// <summary>Sends what was kept, and keeps nothing any more.</summary>
    public ValueTask SendGatheredAsync(CancellationToken cancellationToken)
    {
        if (_used > 0)
        {
            return SendThenForgetAsync(cancellationToken);
        }

        Forget();
        return ValueTask.CompletedTask;
    }

    /// <summary>Keeps nothing any more, and drops what was kept.</summary>
    public void Forget()
    {
        _gathered?.Dispose();
        _gathered = null;
        _used = 0;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_received.IsEmpty)
        {
            return inner.ReceiveAsync(buffer, cancellationToken);
        }

        var count = Math.Min(buffer.Length, _received.Length);
        _received.Span[..count].CopyTo(buffer.Span);
        _received = count == _received.Length ? default : _received[count..];
        return ValueTask.FromResult(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_gathered is null)
        {
            return inner.SendAsync(buffer, cancellationToken);
        }

        return TryKeep(buffer) ? ValueTask.CompletedTask : SendThenKeepAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private bool TryKeep(ReadOnlyMemory<byte> buffer)
    {
        var room = _gathered!.FullMemory[_used..];
        if (buffer.Length > room.Length)
        {
            return false;
        }

        buffer.CopyTo(room);
        _used += buffer.Length;
        return true;
    }

    private async ValueTask SendThenForgetAsync(CancellationToken cancellationToken)
    {
        await inner.SendAsync(_gathered!.FullMemory[.._used], cancellationToken);
        Forget();
    }

    private async ValueTask SendThenKeepAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        await inner.SendAsync(_gathered!.FullMemory[.._used], cancellationToken);
        _used = 0;
        if (!TryKeep(buffer))
        {
            await inner.SendAsync(buffer, cancellationToken);
        }
    }
}
