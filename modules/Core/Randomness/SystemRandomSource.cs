using System.Security.Cryptography;

namespace Kafka.Modular.Core.Randomness;

/// <summary>
/// The operating system's randomness, for production. Safe to use from any thread; the bytes of
/// <see cref="NextBytes"/> are fit for identifiers and secrets.
/// </summary>
public sealed class SystemRandomSource : RandomSource
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
    public override void NextBytes(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
