namespace Kafka.Modular.Metadata.Records;

/// <summary>Collects the records of an image in memory. One thread.</summary>
public sealed class MetadataRecordList : IMetadataRecordWriter
{
    private readonly List<MetadataRecord> _records = [];

    /// <summary>The records so far.</summary>
    public IReadOnlyList<MetadataRecord> Records => _records;

    /// <inheritdoc/>
    public void Write(MetadataRecord record) => _records.Add(record);
}
