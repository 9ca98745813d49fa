using System.Runtime.InteropServices;

namespace Kafka.Modular.Cli.Users;

/// <summary>Owner and group of a file (statx(2), chown(2)); on Linux alone.</summary>
internal static partial class FileOwner
{
    private const int CurrentDirectory = -100;
    private const uint UserAndGroup = 0x8 | 0x10;

    /// <summary>Gives a file the owner and group of another one, so that who could read that one can read this one.</summary>
    /// <exception cref="IOException">They differ and this user may not change them.</exception>
    public static void Copy(string from, string to)
    {
        if (!OperatingSystem.IsLinux() || Of(from) is not { } owner || Of(to) == owner)
            return;
        if (Chown(to, owner.User, owner.Group) != 0)
            throw new IOException($"{from} belongs to another user or group, and this user cannot give them the changed file; run this as its owner or as root");
    }

    private static (uint User, uint Group)? Of(string path) =>
        Statx(CurrentDirectory, path, 0, UserAndGroup, out var status) == 0 ? (status.User, status.Group) : null;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Chown(string path, uint user, uint group);

    // struct statx has the same layout on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(24)]
        public uint Group;
    }
}
