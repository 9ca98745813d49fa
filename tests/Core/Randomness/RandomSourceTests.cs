using CsCheck;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Core.Tests.Randomness;

public sealed class RandomSourceTests
{
    [Test]
    public void The_numbers_of_a_seed_never_change()
    {
        var source = new SeededRandomSource(42);

        // Computed by an independent program: xoshiro256** whose state is the first four outputs of splitmix64(42).
        Assert.That(source.NextUInt64(), Is.EqualTo(0x15780B2E0C2EC716UL));
        Assert.That(source.NextUInt64(), Is.EqualTo(0x6104D9866D113A7EUL));
        Assert.That(source.NextUInt64(), Is.EqualTo(0xAE17533239E499A1UL));
    }

    [Test]
    public void Forks_differ_from_their_parent_and_from_each_other()
    {
        var parent = new SeededRandomSource(1);
        var values = new[] { parent.Fork().NextUInt64(), parent.Fork().NextUInt64(), parent.NextUInt64() };

        Assert.That(values, Is.Unique);
    }

    [Test]
    public void Numbers_stay_below_the_bound() =>
        Gen.Select(Gen.ULong, Gen.Int[1, int.MaxValue]).Sample((seed, bound) =>
        {
            var value = new SeededRandomSource(seed).Next(bound);
            return value >= 0 && value < bound;
        });

    [Test]
    public void Numbers_stay_in_the_range_even_if_it_spans_everything() =>
        Gen.Select(Gen.ULong, Gen.Long, Gen.Long).Where((_, a, b) => a != b).Sample((seed, a, b) =>
        {
            var value = new SeededRandomSource(seed).NextInt64(Math.Min(a, b), Math.Max(a, b));
            return value >= Math.Min(a, b) && value < Math.Max(a, b);
        });

    [Test]
    public void Small_bounds_are_hit_evenly()
    {
        var source = new SeededRandomSource(7);
        var counts = new int[10];
        for (var i = 0; i < 100_000; i++)
        {
            counts[source.Next(10)]++;
        }

        Assert.That(counts, Is.All.InRange(9_500, 10_500));
    }

    [Test]
    public void Bytes_fill_any_length([Range(0, 20)] int length)
    {
        var bytes = new byte[length];
        new SeededRandomSource(3).NextBytes(bytes);
        var again = new byte[length];
        new SeededRandomSource(3).NextBytes(again);

        Assert.That(bytes, Is.EqualTo(again));
        Assert.That(length < 8 || bytes.Any(b => b != 0));
    }

    [Test]
    public void Shuffling_keeps_the_elements()
    {
        var values = Enumerable.Range(0, 100).ToArray();
        new SeededRandomSource(5).Shuffle<int>(values);

        Assert.That(values, Is.Not.Ordered);
        Assert.That(values, Is.EquivalentTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public void The_system_source_gives_different_numbers()
    {
        var source = SystemRandomSource.Instance;

        Assert.That(new[] { source.NextUInt64(), source.NextUInt64(), source.NextUInt64() }, Is.Unique);
        Assert.That(source.NextDouble(), Is.InRange(0.0, 1.0));
    }
}
