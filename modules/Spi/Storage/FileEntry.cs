namespace Kafka.Modular.Spi.Storage;

/// <summary>Facts about a file or a directory.</summary>
/// <param name="Name">Name without path.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="Length">Bytes; 0 for a directory.</param>
/// <param name="LastModified">Time of the last modification.</param>
public readonly record struct FileEntry(string Name, bool IsDirectory, long Length, DateTimeOffset LastModified);
