using System.Buffers;
using Kafka.Modular.Spi.Compression;
using ZstdSharp;

namespace Kafka.Modular.Compression.Zstd;

/// <summary>Compresses one frame.</summary>
internal sealed class ZstdCompressor(ZstdCodec codec, IBufferWriter<byte> destination, Compressor compressor) : ICompressor
{
    private const int PieceBytes = 4096;

    private bool _isFinished;
    private bool _isDisposed;

    public void Write(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            compressor.WrapStream(source, destination.GetSpan(PieceBytes), out var consumed, out var written, isFinalBlock: false);
            destination.Advance(written);
            source = source[consumed..];
        }
    }

    public void Finish()
    {
        OperationStatus status;
        do
        {
            status = compressor.WrapStream([], destination.GetSpan(PieceBytes), out _, out var written, isFinalBlock: true);
            destination.Advance(written);
        }
        while (status == OperationStatus.DestinationTooSmall);
        _isFinished = true;
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (_isFinished)
            codec.Return(compressor);
        else
            compressor.Dispose();
    }
}
