namespace Kafka.Modular.Network.Tls;

/// <summary>What tells that a file was changed or replaced; the target counts, not a link to it.</summary>
/// <param name="Modified">When it was written.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct FileStamp(DateTime Modified, long Length)
{
    /// <summary>The stamp of a file; that of none when there is no name or the file cannot be opened.</summary>
    public static FileStamp Of(string? path)
    {
        if (path is null)
        {
            return default;
        }

        try
        {
            using var file = File.OpenHandle(path);
            return new FileStamp(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
