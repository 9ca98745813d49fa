using System.Buffers.Binary;
using System.Text;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Fuzz.Tests.Frame;

/// <summary>Changes an input in a few places, in the ways that parsers dislike.</summary>
internal static class Mutation
{
    /// <summary>Inputs do not grow beyond this.</summary>
    public const int LargestInput = 64 * 1024;

    private static readonly int[] s_interesting = [int.MinValue, int.MaxValue, -2, -1, 0, 1, 0x7fff, 0x8000, 0xffff, 999_999, 1_000_000, 1_000_001];
    private static readonly long[] s_interestingLongs = [long.MinValue, long.MaxValue, -2, -1, 0, 1, int.MaxValue, 1L << 32, long.MaxValue - 1];

    /// <summary>A changed copy.</summary>
    public static byte[] Mutate(byte[] input, byte[] other, RandomSource random)
    {
        var bytes = input;
        for (var left = 1 + random.Next(3); left > 0; left--)
        {
            bytes = Once(bytes, other, random);
        }

        return bytes;
    }

    /// <summary>A changed copy of a text, made of its bytes and of the words that its reader knows.</summary>
    public static byte[] MutateText(byte[] input, byte[] other, string[] words, RandomSource random)
    {
        var bytes = input;
        for (var left = 1 + random.Next(4); left > 0; left--)
        {
            var at = random.Next(bytes.Length + 1);
            bytes = random.Next(3) == 0
                ? Once(bytes, other, random)
                : Replace(bytes, at, random.Next(2) == 0 ? 0 : Math.Min(bytes.Length - at, random.Next(12)), Encoding.UTF8.GetBytes(words[random.Next(words.Length)]));
        }

        return bytes;
    }

    private static byte[] Once(byte[] bytes, byte[] other, RandomSource random)
    {
        var at = bytes.Length == 0 ? 0 : random.Next(bytes.Length);
        switch (random.Next(11))
        {
            case 0 when bytes.Length > 0:
                bytes = [.. bytes];
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1 when bytes.Length > 0:
                bytes = [.. bytes];
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                var extra = new byte[1 + random.Next(8)];
                random.NextBytes(extra);
                return Replace(bytes, at, 0, extra);
            case 4 when bytes.Length >= 4:
                bytes = [.. bytes];
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(random.Next(bytes.Length - 3)), s_interesting[random.Next(s_interesting.Length)]);
                return bytes;
            case 5 when bytes.Length >= 8:
                bytes = [.. bytes];
                BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(random.Next(bytes.Length - 7)), s_interestingLongs[random.Next(s_interestingLongs.Length)]);
                return bytes;
            case 6:
                // The largest varint there is, or the smallest.
                return Replace(bytes, at, random.Next(2), [0xff, 0xff, 0xff, 0xff, (byte)(random.Next(2) == 0 ? 0x0f : 0x07)]);
            case 7:
                return Replace(bytes, at, Math.Min(bytes.Length - at, 1 + random.Next(16)), []);
            case 8:
                return Splice(bytes, other, at, random);
            case 9:
                return Repeat(bytes, at, random);
            case 10 when bytes.Length > 0:
                bytes = [.. bytes];
                bytes[at] = (byte)(bytes[at] + random.Next(5) - 2);
                return bytes;
            default:
                return bytes;
        }
    }

    private static byte[] Splice(byte[] bytes, byte[] other, int at, RandomSource random)
    {
        var from = random.Next(other.Length + 1);
        var length = random.Next(3) == 0 ? other.Length - from : Math.Min(other.Length - from, random.Next(64));
        return Replace(bytes, at, random.Next(2) == 0 ? 0 : Math.Min(bytes.Length - at, length), other.AsSpan(from, length));
    }

    // What is fine once may not be a thousand times: recursion, lists, quadratic algorithms.
    private static byte[] Repeat(byte[] bytes, int at, RandomSource random)
    {
        var piece = bytes.AsSpan(at, Math.Min(bytes.Length - at, 1 + random.Next(24)));
        var times = 1 + random.Next(random.Next(50) == 0 ? 2000 : 8);
        var repeated = new byte[Math.Min(piece.Length * times, LargestInput)];
        for (var position = 0; position < repeated.Length && piece.Length > 0; position += piece.Length)
        {
            piece[..Math.Min(piece.Length, repeated.Length - position)].CopyTo(repeated.AsSpan(position));
        }

        return Replace(bytes, at, 0, repeated);
    }

    private static byte[] Replace(byte[] bytes, int at, int length, ReadOnlySpan<byte> piece)
    {
        length = Math.Min(length, bytes.Length - at);
        var result = new byte[bytes.Length - length + piece.Length];
        bytes.AsSpan(0, at).CopyTo(result);
        piece.CopyTo(result.AsSpan(at));
        bytes.AsSpan(at + length).CopyTo(result.AsSpan(at + piece.Length));
        return result.Length <= LargestInput ? result : result[..LargestInput];
    }
}
