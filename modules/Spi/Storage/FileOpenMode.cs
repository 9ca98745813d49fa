namespace Kafka.Modular.Spi.Storage;

/// <summary>How <see cref="IFileSystem.Open"/> opens a file.</summary>
public enum FileOpenMode
{
    /// <summary>For reading; it must exist.</summary>
    Read,

    /// <summary>For reading and writing; it must exist.</summary>
    ReadWrite,

    /// <summary>For reading and writing; created where it is missing.</summary>
    OpenOrCreate,

    /// <summary>For reading and writing; emptied where it exists.</summary>
    Create,
}
