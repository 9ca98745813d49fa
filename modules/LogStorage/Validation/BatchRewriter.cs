using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.LogStorage.Validation;

/// <summary>Writes a batch anew that cannot be appended as it came.</summary>
internal static class BatchRewriter
{
    /// <summary>
    /// Most decompressed bytes that are held to give records other offsets. Only a producer that numbers its records wrongly comes here, and
    /// none of the known ones does.
    /// </summary>
    private const int MaxDecompressedBytes = 64 * 1024 * 1024;

    /// <summary>Gives the batch under another compression and, where asked, with consecutive offsets.</summary>
    /// <exception cref="CorruptCompressedDataException">The records do not decompress, or a codec is missing.</exception>
    /// <exception cref="DecompressedTooLargeException">The result would be too large.</exception>
    public static Memory<byte> Rewrite(
        ReadOnlyMemory<byte> bytes, CompressionCodecs codecs, CompressionType target, LogConfig config, bool renumber)
    {
        _ = RecordBatchView.TryRead(bytes.Span, out var batch);
        if (renumber)
            return Renumber(bytes, codecs, target, config);
        return RecordBatchCompression.Recompress(
            bytes, Codec(codecs, batch.Compression), Codec(codecs, target), config.CompressionLevel, config.MaxMessageBytes);
    }

    private static Memory<byte> Renumber(ReadOnlyMemory<byte> bytes, CompressionCodecs codecs, CompressionType target, LogConfig config)
    {
        _ = RecordBatchView.TryRead(bytes.Span, out var batch);
        var records = RecordBatchCompression.Decompress(bytes, codecs, MaxDecompressedBytes);
        // The offsets are those within the batch: the append sets the base offset, whatever the batch came with.
        var builder = new RecordBatchBuilder(
            new RecordBatchOptions
            {
                Compression = target,
                IsTransactional = batch.IsTransactional,
                IsControl = batch.IsControl,
                ProducerId = batch.ProducerId,
                ProducerEpoch = batch.ProducerEpoch,
                BaseSequence = batch.BaseSequence,
            },
            records.Length + RecordBatchFormat.HeaderSize);
        foreach (var record in new RecordEnumerator(in batch, records.Span))
            builder.AppendCopy(builder.NextOffset, record);
        return Codec(codecs, target) is { } codec ? builder.Build(codec, config.CompressionLevel) : builder.Build();
    }

    private static ICompressionCodec? Codec(CompressionCodecs codecs, CompressionType type)
    {
        if (type == CompressionType.None)
            return null;
        return codecs.TryGet(type, out var codec)
            ? codec
            : throw new CorruptCompressedDataException(type.ToString(), "no codec of this type is loaded");
    }
}
