namespace Kafka.Modular.Storage.Memory;

/// <summary>What a partition holds, whether it is open or not.</summary>
internal sealed class MemoryPartitionContent(TimeProvider clock)
{
    public MemoryBlobStore Blobs { get; } = new(clock);

    /// <summary>Live segments by base offset; changed under the partition's lock.</summary>
    public SortedDictionary<long, MemorySegmentContent> Segments { get; } = [];

    public bool IsOpen { get; set; }
}
