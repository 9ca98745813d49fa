using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Bench.Limits;

/// <summary>
/// Makes the memory that a measurement will fill with pages of files be there. A virtual machine may have given free memory back to its host, and takes it back page by page at
/// a tenth of the speed of a write; then that would be measured, and for whoever comes first.
/// </summary>
internal static class FreeMemory
{
    private const int Chunk = 1 << 20;

    /// <summary>Writes a file and deletes it at once.</summary>
    /// <param name="options">Where, and how much a measurement writes.</param>
    public static void Touch(BenchOptions options)
    {
        var path = Path.Combine(options.Directory, $"bench-memory-{Environment.ProcessId}");
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            var buffer = new byte[Chunk];
            for (long position = 0; position < options.MaximumBytes * 5 / 4; position += Chunk)
                RandomAccess.Write(file, buffer, position);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
