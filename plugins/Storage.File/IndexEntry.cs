namespace Kafka.Modular.Storage.File;

/// <summary>An entry of an index file: (relative offset, position) or (timestamp, relative offset).</summary>
internal readonly record struct IndexEntry(long Key, int Value);
