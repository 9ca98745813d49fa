namespace Kafka.Modular.Metadata.Snapshots;

/// <summary>A snapshot that is being written. Its header is there already; the footer comes with <see cref="Complete"/>. One thread.</summary>
public interface ISnapshotWriter : IDisposable
{
    /// <summary>Offset within the snapshot that the next record gets.</summary>
    long NextOffset { get; }

    /// <summary>Appends a batch, whose first record has <see cref="NextOffset"/>.</summary>
    void Append(ReadOnlySpan<byte> batch);

    /// <summary>Writes the footer and makes the snapshot durable and visible. Disposing without it throws the snapshot away.</summary>
    void Complete();
}
