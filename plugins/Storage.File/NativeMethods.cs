using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Storage.File;

/// <summary>Calls of the C library that .NET does not offer.</summary>
internal static partial class NativeMethods
{
    public const int OpenReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000;
    public const int OpenDirectoryArm64 = 0x4000 | 0x80000;
    public const int KeepSize = 1;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int FAllocate(SafeFileHandle handle, int mode, long offset, long length);
}
