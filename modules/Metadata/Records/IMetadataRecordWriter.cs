namespace Kafka.Modular.Metadata.Records;

/// <summary>Takes the records of an image, in the order in which they have to be replayed.</summary>
public interface IMetadataRecordWriter
{
    /// <summary>Takes the next record.</summary>
    void Write(MetadataRecord record);
}
