using System.Buffers;

namespace Kafka.Modular.Spi.Compression;

/// <summary>A buffer writer as a stream, for libraries that compress to one.</summary>
public sealed class BufferWriterStream : Stream
{
    private readonly IBufferWriter<byte> _writer;
    private long _length;

    /// <summary>Creates the stream.</summary>
    public BufferWriterStream(IBufferWriter<byte> writer)
    {
        _writer = writer;
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _writer.Write(buffer);
        _length += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // The writer has everything.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
