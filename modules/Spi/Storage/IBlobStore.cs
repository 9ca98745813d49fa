namespace Kafka.Modular.Spi.Storage;

/// <summary>Small named pieces of bytes, kept beside segments or at the top of a log directory. With the file store a blob is a file of that name.</summary>
/// <remarks>
/// Safe to use from any thread; two writers of one name must agree between themselves. Names are plain file names without a path. I/O errors
/// are <see cref="LogStoreException"/>s.
/// </remarks>
public interface IBlobStore
{
    /// <summary>All names in ordinal order, segments' files and unfinished writes left out.</summary>
    IReadOnlyList<string> List();

    /// <summary>Whether a blob of this name exists.</summary>
    bool Contains(string name);

    /// <summary>The whole content, or null where there is no such blob.</summary>
    byte[]? Read(string name);

    /// <summary>When the blob was last put, or null where there is no such blob.</summary>
    DateTimeOffset? GetLastModified(string name);

    /// <summary>Replaces the content atomically: a reader, and a restart after a crash, see the old or the new content and nothing between.</summary>
    /// <param name="name">Name of the blob.</param>
    /// <param name="content">The new content.</param>
    /// <param name="durable">Whether content and name are flushed to disk before returning; otherwise <see cref="Flush"/> does it later.</param>
    void Put(string name, ReadOnlySpan<byte> content, bool durable);

    /// <summary>Makes the content of a blob that was put without flushing durable, with its name. Missing blobs are ignored.</summary>
    void Flush(string name);

    /// <summary>Deletes a blob; false where there is none.</summary>
    bool Delete(string name);

    /// <summary>Leases a part of a blob, cut at its end, or null where there is no such blob. It stays readable when the blob is replaced or deleted.</summary>
    ILogLease? Lease(string name, long position, int length);

    /// <summary>Length in bytes, or -1 where there is no such blob.</summary>
    long GetLength(string name);

    /// <summary>Begins to write a blob piece by piece (snapshots); nothing is visible until it is committed.</summary>
    IBlobWriter OpenWriter(string name);
}
