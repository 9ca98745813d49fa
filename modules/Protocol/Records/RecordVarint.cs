using System.Runtime.CompilerServices;

namespace Kafka.Modular.Protocol.Records;

/// <summary>The zigzag variable-length integers inside records (KIP-98), read strictly: at most 5 bytes for an int, 10 for a long.</summary>
internal static class RecordVarint
{
    /// <summary>Reads an int and moves <paramref name="position"/> behind it; false if bytes are missing or it is too long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadInt32(ReadOnlySpan<byte> bytes, scoped ref int position, out int value)
    {
        if ((uint)position < (uint)bytes.Length && bytes[position] < 0x80)
        {
            uint single = bytes[position++];
            value = (int)(single >> 1) ^ -(int)(single & 1);
            return true;
        }

        return TryReadLongInt32(bytes, ref position, out value);
    }

    /// <summary>Reads a long and moves <paramref name="position"/> behind it; false if bytes are missing or it is too long.</summary>
    public static bool TryReadInt64(ReadOnlySpan<byte> bytes, scoped ref int position, out long value)
    {
        ulong raw = 0;
        value = 0;
        for (int shift = 0, index = position; shift < 70; shift += 7, index++)
        {
            if ((uint)index >= (uint)bytes.Length)
                return false;
            var part = bytes[index];
            // The tenth byte has room for one bit.
            if (shift == 63 && part > 1)
                return false;
            raw |= (ulong)(part & 0x7f) << shift;
            if (part >= 0x80)
                continue;
            position = index + 1;
            value = (long)(raw >> 1) ^ -(long)(raw & 1);
            return true;
        }

        return false;
    }

    /// <summary>Bytes that <paramref name="value"/> takes.</summary>
    public static int SizeOf(long value)
    {
        var raw = (ulong)((value << 1) ^ (value >> 63));
        return raw == 0 ? 1 : (70 - System.Numerics.BitOperations.LeadingZeroCount(raw)) / 7;
    }

    /// <summary>Writes <paramref name="value"/> and returns the number of bytes written.</summary>
    public static int Write(Span<byte> destination, long value)
    {
        var raw = (ulong)((value << 1) ^ (value >> 63));
        var index = 0;
        while (raw >= 0x80)
        {
            destination[index++] = (byte)(raw | 0x80);
            raw >>= 7;
        }

        destination[index++] = (byte)raw;
        return index;
    }

    private static bool TryReadLongInt32(ReadOnlySpan<byte> bytes, scoped ref int position, out int value)
    {
        uint raw = 0;
        value = 0;
        for (int shift = 0, index = position; shift < 35; shift += 7, index++)
        {
            if ((uint)index >= (uint)bytes.Length)
                return false;
            var part = bytes[index];
            // The fifth byte has room for four bits.
            if (shift == 28 && part > 0x0f)
                return false;
            raw |= (uint)(part & 0x7f) << shift;
            if (part >= 0x80)
                continue;
            position = index + 1;
            value = (int)(raw >> 1) ^ -(int)(raw & 1);
            return true;
        }

        return false;
    }
}
