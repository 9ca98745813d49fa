using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Kafka.Modular.Core.Randomness;

/// <summary>
/// The operating system's randomness, for production. Safe to use from any thread; the bytes of
/// <see cref="NextBytes"/> are fit for identifiers and secrets.
/// </summary>
public sealed partial class SystemRandomSource : RandomSource
{
    /// <summary>The source; it has no state.</summary>
    public static SystemRandomSource Instance { get; } = new();

    /// <inheritdoc/>
    public override ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Random.Shared.NextBytes(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    /// <inheritdoc/>
    /// <remarks>Asks the kernel: <see cref="RandomNumberGenerator"/> does the same through OpenSSL, which a server without TLS need not load (5 MB).</remarks>
    public override void NextBytes(Span<byte> destination)
    {
        while (!destination.IsEmpty && OperatingSystem.IsLinux())
        {
            var count = (int)GetRandom(ref MemoryMarshal.GetReference(destination), (nuint)destination.Length, 0);
            if (count <= 0)
            {
                // A kernel without it, or a sandbox that forbids it.
                break;
            }

            destination = destination[count..];
        }

        if (!destination.IsEmpty)
        {
            RandomNumberGenerator.Fill(destination);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrandom")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint GetRandom(ref byte destination, nuint length, uint flags);
}
