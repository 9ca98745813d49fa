using System.Buffers;
using System.Buffers.Binary;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Snappy;

/// <summary>
/// Decompresses block by block. A block is decompressed whole, into at most 22 times its own length: no element of the format makes more than 64 bytes
/// of 3, so a block that claims more is refused before memory is taken.
/// </summary>
internal sealed class SnappyDecompressor : IDecompressor
{
    private const int LargestRatio = 22;
    private const int LargestPooled = 1024 * 1024;

    private readonly ReadOnlyMemory<byte> _source;
    private readonly bool _isFramed;
    private byte[] _block = [];
    private bool _isPooled;
    private int _position;
    private int _start;
    private int _end;

    public SnappyDecompressor(ReadOnlyMemory<byte> source)
    {
        _source = source;
        _isFramed = StartsWithMagic(source.Span);
    }

    public int Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
            return 0;
        while (_start == _end)
        {
            if (!ReadBlock())
                return 0;
        }

        var length = Math.Min(destination.Length, _end - _start);
        _block.AsSpan(_start, length).CopyTo(destination);
        _start += length;
        return length;
    }

    public void Dispose() => ReturnBlock();

    private static bool StartsWithMagic(ReadOnlySpan<byte> bytes)
        => bytes.Length >= XerialFraming.HeaderBytes && bytes.StartsWith(XerialFraming.Magic);

    private static CorruptCompressedDataException Corrupt(string message, Exception? error = null) => new(SnappyCodec.CodecId, message, error);

    private bool ReadBlock()
    {
        var rest = _source.Span[_position..];
        if (!_isFramed)
        {
            if (_position > 0)
                return false;
            _position = rest.Length;
            if (rest.IsEmpty)
                throw Corrupt("it is empty.");
            Decompress(rest);
            return true;
        }

        while (StartsWithMagic(rest))
        {
            if (BinaryPrimitives.ReadInt32BigEndian(rest[8..]) < XerialFraming.Version)
                throw Corrupt($"version {BinaryPrimitives.ReadInt32BigEndian(rest[8..])} of the stream framing is not known.");
            _position += XerialFraming.HeaderBytes;
            rest = _source.Span[_position..];
        }

        if (rest.IsEmpty)
            return false;
        if (rest.Length < 4)
            throw Corrupt("it ends within the length of a block.");
        var length = BinaryPrimitives.ReadInt32BigEndian(rest);
        if (length <= 0 || length > rest.Length - 4)
            throw Corrupt($"a block of {length} bytes where {rest.Length - 4} are left.");
        _position += 4 + length;
        Decompress(rest.Slice(4, length));
        return true;
    }

    private void Decompress(ReadOnlySpan<byte> compressed)
    {
        try
        {
            var length = Snappier.Snappy.GetUncompressedLength(compressed);
            if (length < 0 || length > (long)compressed.Length * LargestRatio)
                throw Corrupt($"a block of {compressed.Length} bytes claims to hold {length}.");
            EnsureBlock(length);
            _start = 0;
            _end = Snappier.Snappy.Decompress(compressed, _block.AsSpan(0, length));
            if (_end != length)
                throw Corrupt($"a block holds {_end} bytes and claims {length}.");
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw Corrupt(error.Message, error);
        }
    }

    private void EnsureBlock(int length)
    {
        if (_block.Length >= length)
            return;
        ReturnBlock();
        _isPooled = length <= LargestPooled;
        _block = _isPooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);
    }

    private void ReturnBlock()
    {
        if (_isPooled)
            ArrayPool<byte>.Shared.Return(_block);
        (_block, _isPooled, _start, _end) = ([], false, 0, 0);
    }
}
