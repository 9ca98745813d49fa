using System.Buffers;
using System.Buffers.Binary;
using K4os.Compression.LZ4;
using K4os.Hash.xxHash;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Lz4;

/// <summary>Decompresses block by block, by the rules of Kafka's Java client.</summary>
internal sealed class Lz4Decompressor(ReadOnlyMemory<byte> source, CompressionFraming framing) : IDecompressor
{
    private byte[]? _block;
    private Lz4FrameOptions _options;
    private ReadOnlyMemory<byte> _content;
    private int _position;
    private bool _isFinished;

    public int Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
            return 0;
        if (_position == 0)
            _position = Lz4Frame.ReadHeader(source.Span, framing, out _options);
        while (_content.IsEmpty)
        {
            if (_isFinished)
                return 0;
            ReadBlock();
        }

        var length = Math.Min(destination.Length, _content.Length);
        _content.Span[..length].CopyTo(destination);
        _content = _content[length..];
        return length;
    }

    public void Dispose()
    {
        _content = default;
        _isFinished = true;
        if (_block is not null)
            ArrayPool<byte>.Shared.Return(_block);
        _block = null;
    }

    private void ReadBlock()
    {
        var prefix = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)).Span);
        var length = prefix & ~Lz4Frame.UncompressedFlag;
        if (length == 0)
        {
            if (_options.HasContentChecksum)
                Take(sizeof(uint));
            _isFinished = true;
            return;
        }

        if (length > _options.MaxBlockBytes)
            throw Lz4Frame.Corrupt($"a block of {length} bytes where the frame allows {_options.MaxBlockBytes}.");
        var block = Take((int)length);
        if (_options.HasBlockChecksums && XXH32.DigestOf(block.Span) != BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)).Span))
            throw Lz4Frame.Corrupt("the checksum of a block does not match.");
        _content = (prefix & Lz4Frame.UncompressedFlag) != 0 ? block : Decode(block.Span);
    }

    private ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> block)
    {
        _block ??= ArrayPool<byte>.Shared.Rent(_options.MaxBlockBytes);
        var length = LZ4Codec.Decode(block, _block.AsSpan(0, _options.MaxBlockBytes));
        return length >= 0 ? _block.AsMemory(0, length) : throw Lz4Frame.Corrupt("a block cannot be decoded.");
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (source.Length - _position < length)
            throw Lz4Frame.Corrupt("it ends before the end of the frame.");
        var taken = source.Slice(_position, length);
        _position += length;
        return taken;
    }
}
