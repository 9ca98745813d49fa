using System.Buffers;
using System.Buffers.Binary;
using Kafka.Modular.Spi.Compression;
using static Kafka.Modular.Protocol.Records.RecordBatchFormat;

namespace Kafka.Modular.Protocol.Records;

/// <summary>Whole batches through a codec. Allocates what it gives; the hot path does not come here.</summary>
public static class RecordBatchCompression
{
    private const int PieceSize = 16 * 1024;

    /// <summary>Finishes a builder's batch with its records compressed.</summary>
    /// <param name="builder">The records; its options name the codec's type.</param>
    /// <param name="codec">Compresses them.</param>
    /// <param name="level">The codec's level, or null for its default.</param>
    public static Memory<byte> Build(this RecordBatchBuilder builder, ICompressionCodec codec, int? level = null)
    {
        if ((int)builder.Compression != codec.Type)
            throw new ArgumentException($"The batch wants {builder.Compression}, the codec is {codec.Id}.", nameof(codec));
        var output = new GrowingBuffer(HeaderSize + (builder.Records.Length / 2));
        output.Advance(HeaderSize);
        codec.Compress(builder.Records, output, level);
        var batch = output.ToArray();
        builder.WriteHeader(batch);
        return batch;
    }

    /// <summary>
    /// Makes a copy of a batch of magic 2 whose records are the same bytes under another compression. Works piece by piece, so that
    /// only the result is held in memory.
    /// </summary>
    /// <param name="batch">The complete batch; its records were checked before.</param>
    /// <param name="source">The codec that it is compressed with, null for none.</param>
    /// <param name="target">The codec to compress it with, null for none.</param>
    /// <param name="level">The target codec's level, or null for its default.</param>
    /// <param name="maxSize">Most bytes of the result.</param>
    /// <exception cref="CorruptCompressedDataException">The records do not decompress.</exception>
    /// <exception cref="DecompressedTooLargeException">The result would be larger than allowed.</exception>
    public static byte[] Recompress(ReadOnlyMemory<byte> batch, ICompressionCodec? source, ICompressionCodec? target, int? level, int maxSize)
    {
        var output = new GrowingBuffer(batch.Length);
        output.Write(batch.Span[..HeaderSize]);
        if (target is null)
        {
            Copy(batch[HeaderSize..], source, piece => Limit(output, maxSize, target).Write(piece));
        }
        else
        {
            using var compressor = target.OpenCompressor(output, level, CompressionFraming.Standard);
            Copy(batch[HeaderSize..], source, piece =>
            {
                Limit(output, maxSize, target);
                compressor.Write(piece);
            });
            compressor.Finish();
        }

        var result = Limit(output, maxSize, target).ToArray();
        var attributes = BinaryPrimitives.ReadInt16BigEndian(result.AsSpan(AttributesPosition));
        BinaryPrimitives.WriteInt16BigEndian(
            result.AsSpan(AttributesPosition), (short)((attributes & ~CompressionMask) | (target?.Type ?? 0)));
        BinaryPrimitives.WriteInt32BigEndian(result.AsSpan(LengthPosition), result.Length - LogOverhead);
        RecordBatchPatch.UpdateCrc(result);
        return result;
    }

    /// <summary>
    /// Gives the records of a batch, or the inner messages of a compressed message of magic 0 or 1, uncompressed: where they lie if they
    /// are not compressed.
    /// </summary>
    /// <param name="batch">The complete batch.</param>
    /// <param name="codecs">The loaded codecs.</param>
    /// <param name="maxLength">Most bytes of the result.</param>
    /// <exception cref="CorruptCompressedDataException">They do not decompress, or no codec of that type is loaded.</exception>
    /// <exception cref="DecompressedTooLargeException">The result would be larger than allowed.</exception>
    public static ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> batch, CompressionCodecs codecs, int maxLength = int.MaxValue)
    {
        if (RecordBatchView.TryRead(batch.Span, out var view) != RecordSetStatus.Ok)
            throw new ArgumentException("Not one complete batch.", nameof(batch));
        if (!view.IsCompressed)
            return view.Magic >= CurrentMagic ? batch[HeaderSize..view.Bytes.Length] : batch[..view.Bytes.Length];
        if (!codecs.TryGet(view.Compression, out var codec))
            throw new CorruptCompressedDataException(view.Compression.ToString(), "no codec of this type is loaded");
        ReadOnlyMemory<byte> compressed;
        var framing = CompressionFraming.Standard;
        if (view.Magic >= CurrentMagic)
        {
            compressed = batch[HeaderSize..view.Bytes.Length];
        }
        else
        {
            // A wrapper may be shorter than the header of a batch.
            if (!LegacyRecordEnumerator.TryGetCompressedMessages(view, out var messages))
                throw new CorruptCompressedDataException(codec.Id, "the wrapper's lengths are wrong");
            compressed = batch[(view.Bytes.Length - messages.Length)..view.Bytes.Length];
            framing = view.Magic == 0 ? CompressionFraming.Legacy : CompressionFraming.Standard;
        }

        var output = new GrowingBuffer(Math.Min(compressed.Length * 2, maxLength));
        codec.Decompress(compressed, output, maxLength, framing);
        return output.ToArray();
    }

    private delegate void PieceWriter(ReadOnlySpan<byte> piece);

    private static void Copy(ReadOnlyMemory<byte> records, ICompressionCodec? source, PieceWriter write)
    {
        if (source is null)
        {
            for (; records.Length > 0; records = records[Math.Min(PieceSize, records.Length)..])
                write(records.Span[..Math.Min(PieceSize, records.Length)]);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            using var decompressor = source.OpenDecompressor(records, CompressionFraming.Standard);
            for (int read; (read = decompressor.Read(buffer)) > 0;)
                write(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static GrowingBuffer Limit(GrowingBuffer output, int maxSize, ICompressionCodec? codec) =>
        output.Length <= maxSize ? output : throw new DecompressedTooLargeException(codec?.Id ?? "none", maxSize);

    /// <summary>Collects bytes in one growing array.</summary>
    private sealed class GrowingBuffer(int capacity) : IBufferWriter<byte>
    {
        private byte[] _buffer = new byte[Math.Max(capacity, 256)];

        public int Length { get; private set; }

        public void Advance(int count) => Length += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Reserve(sizeHint);
            return _buffer.AsMemory(Length);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Reserve(sizeHint);
            return _buffer.AsSpan(Length);
        }

        public byte[] ToArray() => Length == _buffer.Length ? _buffer : _buffer[..Length];

        private void Reserve(int sizeHint)
        {
            var wanted = Length + Math.Max(sizeHint, 1L);
            if (wanted > _buffer.Length)
                Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(wanted, _buffer.Length * 2L)));
        }
    }
}
