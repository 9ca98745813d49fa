using System.Diagnostics;
using System.Globalization;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Fuzz.Tests.Frame;

/// <summary>Gives inputs to a target: those of the corpus, or as many as wanted, made from the corpus and the target's grammar by one seed.</summary>
internal sealed class FuzzRun(FuzzTarget target)
{
    private const int PoolSize = 1024;

    /// <summary>How many inputs a run takes; a default of each target's own where it is not set.</summary>
    private const string InputsVariable = "KAFKA_MODULAR_FUZZ_INPUTS";

    /// <summary>Another seed, so that a second run takes other inputs than the first.</summary>
    private const string SeedVariable = "KAFKA_MODULAR_FUZZ_SEED";

    private readonly List<byte[]> _pool = [];

    /// <summary>Runs the committed inputs; gives their number.</summary>
    public async Task<int> ReplayAsync()
    {
        var inputs = FuzzCorpus.Load(target);
        using var watch = new HangWatch(target.Name);
        foreach (var (place, input) in inputs)
        {
            watch.Next(input);
            await RunAsync(input, place);
        }

        await target.FinishAsync();
        return inputs.Count;
    }

    /// <summary>Runs made inputs; gives a line about it.</summary>
    public async Task<string> MutateAsync()
    {
        var count = Setting(InputsVariable) is { } wanted ? (long)wanted : target.DefaultInputs;
        var seed = Setting(SeedVariable) ?? 20240229;
        var random = new SeededRandomSource(seed);
        _pool.AddRange(FuzzCorpus.Load(target).Select(entry => entry.Input).Where(input => input.Length <= Mutation.LargestInput));
        while (_pool.Count < PoolSize / 4)
        {
            _pool.Add(target.Create(random));
        }

        var clock = Stopwatch.StartNew();
        var report = TimeSpan.FromSeconds(30);
        long taken = 0;
        using var watch = new HangWatch(target.Name);
        for (long done = 1; done <= count; done++)
        {
            var input = Next(random);
            watch.Next(input);
            var isTaken = await RunAsync(input, $"seed {seed}, input {done}");
            taken += isTaken ? 1 : 0;
            if (isTaken && random.Next(64) == 0)
            {
                Keep(input, random);
            }

            if (clock.Elapsed > report)
            {
                report += TimeSpan.FromSeconds(30);
                await TestContext.Progress.WriteLineAsync(Line(done, taken, clock.Elapsed));
            }
        }

        return $"{Line(count, taken, clock.Elapsed)} {await target.FinishAsync()}".TrimEnd();
    }

    private byte[] Next(SeededRandomSource random)
    {
        if (random.Next(16) == 0)
        {
            var created = target.Create(random);
            Keep(created, random);
            return created;
        }

        return target.Mutate(_pool[random.Next(_pool.Count)], _pool[random.Next(_pool.Count)], random);
    }

    private void Keep(byte[] input, SeededRandomSource random)
    {
        if (_pool.Count < PoolSize)
        {
            _pool.Add(input);
        }
        else
        {
            _pool[random.Next(PoolSize)] = input;
        }
    }

    private async ValueTask<bool> RunAsync(byte[] input, string what)
    {
        try
        {
            return await target.RunAsync(input);
        }
        catch (Exception exception)
        {
            throw new AssertionException($"{target.Name}, {what}: {exception.Message}\ninput for Corpus/{target.Name}.inputs.hex: {Convert.ToHexString(input)}\n{exception}", exception);
        }
    }

    private string Line(long done, long taken, TimeSpan time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{target.Name}: {done} inputs in {time.TotalSeconds:0.0} s, {done / time.TotalSeconds:0} a second, {100.0 * taken / done:0.0} % taken, the others refused.");

    private static ulong? Setting(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ulong.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : null;
}
