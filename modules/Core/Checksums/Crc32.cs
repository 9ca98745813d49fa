using System.Buffers.Binary;

namespace Kafka.Modular.Core.Checksums;

/// <summary>CRC-32 as in Ethernet and zip (ISO 3309): the checksum of messages of magic 0 and 1.</summary>
/// <remarks>Safe to use from any thread; allocates nothing.</remarks>
public static class Crc32
{
    private static readonly uint[] Tables = BuildTables();

    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var tables = Tables;
        var state = uint.MaxValue;
        while (data.Length >= 4)
        {
            var word = state ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            state = tables[768 + (int)(word & 0xff)] ^ tables[512 + (int)((word >> 8) & 0xff)]
                ^ tables[256 + (int)((word >> 16) & 0xff)] ^ tables[(int)(word >> 24)];
            data = data[4..];
        }

        foreach (var value in data)
            state = tables[(int)((state ^ value) & 0xff)] ^ (state >> 8);
        return ~state;
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[1024];
        for (uint index = 0; index < 256; index++)
        {
            var value = index;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ 0xedb88320u : value >> 1;
            tables[index] = value;
        }

        for (var index = 256; index < 1024; index++)
            tables[index] = tables[tables[index - 256] & 0xff] ^ (tables[index - 256] >> 8);
        return tables;
    }
}
