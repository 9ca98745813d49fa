namespace Kafka.Modular.Storage.Memory;

/// <summary>What a segment holds, whether its partition is open or not.</summary>
internal sealed class MemorySegmentContent(long baseOffset, DateTimeOffset created)
{
    private int _size;

    public long BaseOffset { get; } = baseOffset;

    public SlabList Bytes { get; } = new();

    public MemoryIndexes Indexes { get; } = new(baseOffset);

    public DateTimeOffset LastModified { get; set; } = created;

    public int Size
    {
        get => Volatile.Read(ref _size);
        set => Volatile.Write(ref _size, value);
    }
}
