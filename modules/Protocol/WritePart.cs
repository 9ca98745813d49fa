using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Protocol;

/// <summary>A stretch of what a <see cref="ProtocolWriter"/> produced: bytes, or a region of a log.</summary>
/// <param name="Memory">The bytes; empty when <paramref name="Lease"/> is not null.</param>
/// <param name="Lease">The region, or null. It belongs to the writer, which disposes it.</param>
public readonly record struct WritePart(ReadOnlyMemory<byte> Memory, ILogLease? Lease)
{
    /// <summary>Length in bytes.</summary>
    public int Length => Lease?.Length ?? Memory.Length;
}
