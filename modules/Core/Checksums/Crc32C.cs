using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Kafka.Modular.Core.Checksums;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4): the checksum of record batches and of producer snapshots.</summary>
/// <remarks>Uses the processor's instruction where there is one. Safe to use from any thread; allocates nothing.</remarks>
public static class Crc32C
{
    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>Continues a checksum: the result is that of the bytes behind <paramref name="crc"/> followed by <paramref name="data"/>.</summary>
    /// <param name="crc">The checksum so far, 0 at the beginning.</param>
    /// <param name="data">The bytes that follow.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        var state = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        if (BitConverter.IsLittleEndian)
        {
            foreach (var word in words)
                state = BitOperations.Crc32C(state, word);
        }
        else
        {
            foreach (var word in words)
                state = BitOperations.Crc32C(state, BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var value in data[(words.Length * sizeof(ulong))..])
            state = BitOperations.Crc32C(state, value);
        return ~state;
    }
}
