using System.Buffers;
using Kafka.Modular.Spi.Compression;
using ZstdSharp;

namespace Kafka.Modular.Compression.Zstd;

/// <summary>Decompresses frames that follow each other. A frame's window is limited by the library's default, 128 MiB, as in Kafka's client.</summary>
internal sealed class ZstdDecompressor(ZstdCodec codec, ReadOnlyMemory<byte> source, Decompressor decompressor) : IDecompressor
{
    private int _position;
    private bool _isBetweenFrames = true;
    private bool _isFailed;
    private bool _isDisposed;

    public int Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
            return 0;
        try
        {
            while (true)
            {
                var rest = source.Span[_position..];
                if (rest.IsEmpty && _isBetweenFrames)
                    return _position > 0 ? 0 : throw Corrupt("it is empty.");
                var status = decompressor.UnwrapStream(rest, destination, out var consumed, out var written);
                _position += consumed;
                _isBetweenFrames = status == OperationStatus.Done;
                if (written > 0)
                    return written;
                if (status == OperationStatus.InvalidData)
                    throw Corrupt("it is not a frame.");
                if (status == OperationStatus.NeedMoreData && consumed == 0)
                    throw Corrupt("it ends before the end of the frame.");
            }
        }
        catch (ZstdException error)
        {
            _isFailed = true;
            throw Corrupt(error.Message, error);
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (_isBetweenFrames && !_isFailed)
            codec.Return(decompressor);
        else
            decompressor.Dispose();
    }

    private static CorruptCompressedDataException Corrupt(string message, Exception? error = null) => new(ZstdCodec.CodecId, message, error);
}
