using System.Buffers;
using System.Buffers.Binary;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Compression.Snappy;

/// <summary>Compresses block by block.</summary>
internal sealed class XerialCompressor(IBufferWriter<byte> destination) : ICompressor
{
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(XerialFraming.BlockBytes);
    private int _used;
    private bool _hasHeader;
    private bool _isDisposed;

    public void Write(ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            var piece = Math.Min(source.Length, XerialFraming.BlockBytes - _used);
            source[..piece].CopyTo(_block.AsSpan(_used));
            _used += piece;
            source = source[piece..];
            if (_used == XerialFraming.BlockBytes)
                WriteBlock();
        }
    }

    public void Finish()
    {
        WriteHeader();
        if (_used > 0)
            WriteBlock();
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
        var header = destination.GetSpan(XerialFraming.HeaderBytes);
        XerialFraming.Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], XerialFraming.Version);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], XerialFraming.Version);
        destination.Advance(XerialFraming.HeaderBytes);
    }

    private void WriteBlock()
    {
        WriteHeader();
        var room = destination.GetSpan(4 + Snappier.Snappy.GetMaxCompressedLength(_used));
        var length = Snappier.Snappy.Compress(_block.AsSpan(0, _used), room[4..]);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        destination.Advance(4 + length);
        _used = 0;
    }
}
