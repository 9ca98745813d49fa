using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Metadata.Records;

/// <summary>
/// Packs records into batches of the metadata log. A batch is closed when the next record would make it too large; a single record may be larger.
/// One thread; dispose to return its buffer.
/// </summary>
public sealed class MetadataBatchWriter : IMetadataRecordWriter, IDisposable
{
    /// <summary>The size in bytes that Kafka's controllers give a batch at most.</summary>
    public const int DefaultMaxBatchBytes = 8 * 1024 * 1024;

    private readonly ProtocolWriter _writer = ProtocolWriter.CreateContiguous();
    private readonly RecordBatchBuilder _builder;
    private readonly Action<ReadOnlyMemory<byte>> _onBatch;
    private readonly int _epoch;
    private readonly long _timestamp;
    private readonly int _maxBatchBytes;

    /// <param name="baseOffset">Offset of the first record.</param>
    /// <param name="epoch">Leader epoch.</param>
    /// <param name="timestamp">Append time in ms since the epoch.</param>
    /// <param name="onBatch">Takes each whole batch; its memory is good during the call.</param>
    /// <param name="maxBatchBytes">Size of a batch in bytes.</param>
    public MetadataBatchWriter(
        long baseOffset, int epoch, long timestamp, Action<ReadOnlyMemory<byte>> onBatch, int maxBatchBytes = DefaultMaxBatchBytes)
    {
        _epoch = epoch;
        _timestamp = timestamp;
        _onBatch = onBatch;
        _maxBatchBytes = maxBatchBytes;
        _builder = new RecordBatchBuilder(Options(baseOffset));
    }

    /// <summary>The offset of the record that is written next.</summary>
    public long NextOffset => _builder.NextOffset;

    /// <summary>Packs records into one batch, however large.</summary>
    /// <returns>The batch.</returns>
    public static ReadOnlyMemory<byte> ToBatch(IReadOnlyCollection<MetadataRecord> records, long baseOffset, int epoch, long timestamp)
    {
        ReadOnlyMemory<byte> result = default;
        using var writer = new MetadataBatchWriter(baseOffset, epoch, timestamp, batch => result = batch, int.MaxValue);
        foreach (var record in records)
            writer.Write(record);
        writer.Flush();
        return result;
    }

    /// <inheritdoc/>
    public void Write(MetadataRecord record)
    {
        _writer.Reset();
        MetadataRecordCodec.Write(_writer, record);
        var value = _writer.WrittenMemory.Span;
        if (_builder.Count > 0 && _builder.SizeInBytes + (long)value.Length + MaxRecordOverhead > _maxBatchBytes)
            Flush();
        _builder.AppendAt(_builder.NextOffset, _timestamp, hasKey: false, default, hasValue: true, value);
    }

    /// <summary>Closes the batch that was begun, if any.</summary>
    public void Flush()
    {
        if (_builder.Count == 0)
            return;
        var next = _builder.NextOffset;
        _onBatch(_builder.Build());
        _builder.Reset(Options(next));
    }

    /// <summary>Returns the buffer. A batch that was begun and not flushed is lost.</summary>
    public void Dispose() => _writer.Dispose();

    // Lengths, attributes and deltas around a record's value.
    private const int MaxRecordOverhead = 32;

    private RecordBatchOptions Options(long baseOffset) => new() { BaseOffset = baseOffset, PartitionLeaderEpoch = _epoch };
}
