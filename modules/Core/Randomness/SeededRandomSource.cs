using System.Numerics;

namespace Kafka.Modular.Core.Randomness;

/// <summary>
/// A source that gives the same numbers for the same seed, on every machine and every version of .NET (xoshiro256**, seeded by
/// splitmix64). One thread at a time.
/// </summary>
public sealed class SeededRandomSource : RandomSource
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    /// <summary>Creates the source that belongs to a seed.</summary>
    public SeededRandomSource(ulong seed)
    {
        Seed = seed;
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>The seed it was made from.</summary>
    public ulong Seed { get; }

    /// <summary>Makes an independent source, itself determined by the state of this one.</summary>
    public SeededRandomSource Fork() => new(NextUInt64());

    /// <inheritdoc/>
    public override ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
