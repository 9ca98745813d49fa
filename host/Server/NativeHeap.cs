using System.Runtime.InteropServices;

namespace Kafka.Modular.Server;

/// <summary>The C library's heap, which the runtime's compiler and the codecs allocate from.</summary>
internal static partial class NativeHeap
{
    /// <summary>
    /// Gives free pages back to the system. glibc keeps what was freed in the middle of an arena until it is asked; other C libraries do not know the call
    /// and are left alone.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library))
            return;
        if (NativeLibrary.TryGetExport(library, "malloc_trim", out _))
            _ = MallocTrim(0);
        NativeLibrary.Free(library);
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MallocTrim(nuint padding);
}
