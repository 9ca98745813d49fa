using System.Runtime.InteropServices;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Core.Buffers;

/// <summary>A piece of an <see cref="OutputBuffer"/>: bytes in memory, or a region of a log.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct OutputSegment
{
    internal OutputSegment(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Region = null;
    }

    internal OutputSegment(ILogLease region)
    {
        Bytes = default;
        Region = region;
    }

    /// <summary>The bytes; empty when it is a region.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The region, or null when it is bytes. The <see cref="OutputBuffer"/> disposes it.</summary>
    public ILogLease? Region { get; }

    /// <summary>Length in bytes.</summary>
    public int Length => Region?.Length ?? Bytes.Length;
}
