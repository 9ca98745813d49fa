using Kafka.Modular.Metadata.Records;

namespace Kafka.Modular.Metadata.Snapshots;

/// <summary>Encodes the records of an image and hands them to a snapshot in batches. One thread.</summary>
internal sealed class SnapshotRecords(ISnapshotWriter snapshot, int maxBatchBytes) : IMetadataRecordWriter
{
    private List<ReadOnlyMemory<byte>> _batch = [];
    private int _bytes;

    /// <summary>How many records were written.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public void Write(MetadataRecord record)
    {
        var value = MetadataRecordCodec.Encode(record);
        if (_bytes + value.Length > maxBatchBytes)
            Flush();
        _batch.Add(value);
        _bytes += value.Length;
        Count++;
    }

    /// <summary>Hands over the batch that was begun, if any.</summary>
    public void Flush()
    {
        if (_batch.Count == 0)
            return;
        snapshot.Append(_batch);
        _batch = [];
        _bytes = 0;
    }
}
