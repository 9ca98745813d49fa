using System.Buffers.Binary;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Fuzz.Tests;

/// <summary>Changes an input in a few places, in the ways that parsers dislike.</summary>
internal static class Mutation
{
    private static readonly int[] Interesting = [int.MinValue, int.MaxValue, -2, -1, 0, 1, 0x7fff, 0x8000, 999_999, 1_000_000, 1_000_001];

    /// <summary>A changed copy.</summary>
    public static byte[] Mutate(ReadOnlySpan<byte> input, RandomSource random)
    {
        byte[] bytes = input.ToArray();
        for (int left = 1 + random.Next(3); left > 0; left--)
        {
            bytes = Once(bytes, random);
        }

        return bytes;
    }

    private static byte[] Once(byte[] bytes, RandomSource random)
    {
        int at = bytes.Length == 0 ? 0 : random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0 when bytes.Length > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1 when bytes.Length > 0:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                byte[] extra = new byte[1 + random.Next(8)];
                random.NextBytes(extra);
                return [.. bytes[..at], .. extra, .. bytes[at..]];
            case 4 when bytes.Length >= 4:
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(random.Next(bytes.Length - 3)), Interesting[random.Next(Interesting.Length)]);
                return bytes;
            case 5 when bytes.Length > 0:
                // The largest varint there is.
                return [.. bytes[..at], 0xff, 0xff, 0xff, 0xff, 0x0f, .. bytes[at..]];
            default:
                return bytes;
        }
    }
}
