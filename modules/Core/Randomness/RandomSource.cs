namespace Kafka.Modular.Core.Randomness;

/// <summary>
/// Where chance comes from. It is injected, so that a run can be replayed from its seed.
/// </summary>
/// <remarks>Everything is derived from <see cref="NextUInt64"/>, so two sources that agree on it agree on all.</remarks>
public abstract class RandomSource
{
    /// <summary>64 random bits.</summary>
    public abstract ulong NextUInt64();

    /// <summary>A number from 0 to <paramref name="exclusiveMaximum"/> - 1, each equally likely.</summary>
    public int Next(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        return (int)Below((ulong)exclusiveMaximum);
    }

    /// <summary>A number from <paramref name="minimum"/> to <paramref name="exclusiveMaximum"/> - 1, each equally likely.</summary>
    public long NextInt64(long minimum, long exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(minimum, exclusiveMaximum);
        return minimum + (long)Below((ulong)(exclusiveMaximum - minimum));
    }

    /// <summary>A number of at least 0 and less than 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    public virtual void NextBytes(Span<byte> destination)
    {
        while (destination.Length >= sizeof(ulong))
        {
            BitConverter.TryWriteBytes(destination, NextUInt64());
            destination = destination[sizeof(ulong)..];
        }

        var last = NextUInt64();
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(last >> (8 * i));
        }
    }

    /// <summary>Puts the elements in a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    // Lemire's multiplication method: unbiased, and one multiplication in nearly every case.
    private ulong Below(ulong bound)
    {
        var high = Math.BigMul(NextUInt64(), bound, out var low);
        if (low < bound)
        {
            var threshold = (0UL - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), bound, out low);
            }
        }

        return high;
    }
}
