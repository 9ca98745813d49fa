namespace Kafka.Modular.Metadata.Snapshots;

/// <summary>A snapshot that is being written. Its header is there already; the footer comes with <see cref="Complete"/>. One thread.</summary>
public interface ISnapshotWriter : IDisposable
{
    /// <summary>Appends a batch.</summary>
    /// <param name="records">The encoded values of its records.</param>
    void Append(IReadOnlyList<ReadOnlyMemory<byte>> records);

    /// <summary>Writes the footer and makes the snapshot durable and visible. Disposing without it throws the snapshot away.</summary>
    void Complete();
}
