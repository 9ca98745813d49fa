using System.Buffers;
using System.Buffers.Binary;
using K4os.Compression.LZ4;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Lz4;

/// <summary>Compresses block by block.</summary>
internal sealed class Lz4Compressor(IBufferWriter<byte> destination, LZ4Level level, CompressionFraming framing) : ICompressor
{
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(Lz4Frame.WrittenBlockBytes);
    private int _used;
    private bool _hasHeader;
    private bool _isDisposed;

    public void Write(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            var piece = Math.Min(source.Length, Lz4Frame.WrittenBlockBytes - _used);
            source[..piece].CopyTo(_block.AsSpan(_used));
            _used += piece;
            source = source[piece..];
            if (_used == Lz4Frame.WrittenBlockBytes)
                WriteBlock();
        }
    }

    public void Finish()
    {
        WriteHeader();
        if (_used > 0)
            WriteBlock();
        BinaryPrimitives.WriteUInt32LittleEndian(destination.GetSpan(sizeof(uint)), 0);
        destination.Advance(sizeof(uint));
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_block);
    }

    private void WriteHeader()
    {
        if (_hasHeader)
            return;
        _hasHeader = true;
        destination.Advance(Lz4Frame.WriteHeader(destination.GetSpan(16), framing));
    }

    private void WriteBlock()
    {
        WriteHeader();
        var room = destination.GetSpan(sizeof(uint) + LZ4Codec.MaximumOutputSize(_used));
        var content = _block.AsSpan(0, _used);
        var length = LZ4Codec.Encode(content, room[sizeof(uint)..], level);
        var prefix = (uint)length;
        if (length <= 0 || length >= _used)
        {
            content.CopyTo(room[sizeof(uint)..]);
            length = _used;
            prefix = (uint)length | Lz4Frame.UncompressedFlag;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(room, prefix);
        destination.Advance(sizeof(uint) + length);
        _used = 0;
    }
}
