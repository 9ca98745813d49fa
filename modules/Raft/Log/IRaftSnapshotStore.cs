namespace Kafka.Modular.Raft.Log;

/// <summary>
/// The snapshots beside the metadata log, files named <c>offset-epoch.checkpoint</c> (20 and 10 digits). Opening, reading and writing may happen on
/// any thread; listing and deleting happen on the Raft loop.
/// </summary>
public interface IRaftSnapshotStore
{
    /// <summary>The complete snapshots, oldest first.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    IReadOnlyList<RaftSnapshotInfo> List();

    /// <summary>Begins to write a snapshot under a temporary name, replacing one of this id that was begun and not completed.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    IRaftSnapshotWriter Create(OffsetAndEpoch id);

    /// <summary>Opens a complete snapshot, or gives null when there is none of this id.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    IRaftSnapshotReader? Open(OffsetAndEpoch id);

    /// <summary>Deletes a snapshot; readers that are open may go on.</summary>
    /// <exception cref="IOException">The file cannot be deleted.</exception>
    void Delete(OffsetAndEpoch id);
}

/// <summary>A snapshot that is being written. Disposing it before <see cref="Complete"/> throws the bytes away.</summary>
public interface IRaftSnapshotWriter : IDisposable
{
    /// <summary>Adds bytes at the end.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    void Append(ReadOnlyMemory<byte> bytes);

    /// <summary>Makes the snapshot durable under its final name.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    RaftSnapshotInfo Complete();
}

/// <summary>A complete snapshot that is open for reading.</summary>
public interface IRaftSnapshotReader : IDisposable
{
    /// <summary>Size in bytes.</summary>
    long Size { get; }

    /// <summary>Copies bytes from <paramref name="position"/> on; gives how many, 0 at the end.</summary>
    /// <exception cref="IOException">They could not be read.</exception>
    int Read(long position, Span<byte> destination);
}
