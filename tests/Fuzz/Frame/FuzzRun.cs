using System.Diagnostics;
using System.Globalization;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Fuzz.Tests.Frame;

/// <summary>Gives inputs to a target: those of the corpus, or as many as wanted, made from the corpus and the target's grammar by one seed.</summary>
internal sealed class FuzzRun
{
    private const int PoolSize = 1024;

    /// <summary>How many inputs a run takes; a default of each target's own where it is not set.</summary>
    private const string InputsVariable = "KAFKA_MODULAR_FUZZ_INPUTS";

    /// <summary>Another seed, so that a second run takes other inputs than the first.</summary>
    private const string SeedVariable = "KAFKA_MODULAR_FUZZ_SEED";

    private readonly FuzzTarget _target;
    private readonly List<byte[]> _pool = [];
    private readonly Stopwatch _clock = new();
    private readonly ulong _seed;
    private readonly SeededRandomSource _random;
    private TimeSpan _report = TimeSpan.FromSeconds(30);
    private long _begun;
    private long _done;
    private long _taken;
    private bool _isBroken;

    /// <summary>Creates a run; it does not own the target.</summary>
    public FuzzRun(FuzzTarget target)
    {
        _target = target;
        _seed = Setting(SeedVariable) ?? 20240229;
        _random = new SeededRandomSource(_seed);
    }

    /// <summary>Runs the committed inputs; gives their number.</summary>
    public async Task<int> ReplayAsync()
    {
        await _target.BeginAsync();
        var inputs = FuzzCorpus.Load(_target);
        using var watch = new HangWatch(_target.Name);
        foreach (var (place, input) in inputs)
        {
            watch.Next(input);
            await RunAsync(input, place);
        }

        await _target.FinishAsync();
        return inputs.Count;
    }

    /// <summary>Runs made inputs; gives a line about it.</summary>
    public async Task<string> MutateAsync()
    {
        var count = Setting(InputsVariable) is { } wanted ? (long)wanted : _target.DefaultInputs;
        await _target.BeginAsync();
        _pool.AddRange(FuzzCorpus.Load(_target).Select(entry => entry.Input).Where(input => input.Length <= Mutation.LargestInput));
        while (_pool.Count < PoolSize / 4)
        {
            _pool.Add(_target.Create(_random));
        }

        _clock.Start();
        for (long end = 0; end < count;)
        {
            if (end > 0)
            {
                await _target.BeginAsync();
            }

            end = Math.Min(count, end + _target.InputsOfARound);
            var round = end;
            var lanes = Enumerable.Range(0, _target.Lanes).Select(_ => Task.Factory.StartNew(
                () => RunLaneAsync(round), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap());
            await Task.WhenAll(lanes);
        }

        return $"{Line(count, _taken, _clock.Elapsed)} {await _target.FinishAsync()}".TrimEnd();
    }

    // Inputs are made and kept by one lane at a time, and run by all.
    private async Task RunLaneAsync(long end)
    {
        using var watch = new HangWatch(_target.Name);
        while (true)
        {
            byte[] input;
            string what;
            lock (_pool)
            {
                if (_isBroken || _begun == end)
                {
                    return;
                }

                input = Next();
                what = $"seed {_seed}, input {++_begun}";
            }

            watch.Next(input);
            try
            {
                var isTaken = await RunAsync(input, what);
                lock (_pool)
                {
                    OnRun(input, isTaken);
                }
            }
            catch
            {
                Volatile.Write(ref _isBroken, true);
                throw;
            }
        }
    }

    private void OnRun(byte[] input, bool isTaken)
    {
        _done++;
        _taken += isTaken ? 1 : 0;
        if (isTaken && _random.Next(64) == 0)
        {
            Keep(input);
        }

        if (_clock.Elapsed > _report)
        {
            _report += TimeSpan.FromSeconds(30);
            TestContext.Progress.WriteLine(Line(_done, _taken, _clock.Elapsed));
        }
    }

    private byte[] Next()
    {
        if (_random.Next(16) == 0)
        {
            var created = _target.Create(_random);
            Keep(created);
            return created;
        }

        return _target.Mutate(_pool[_random.Next(_pool.Count)], _pool[_random.Next(_pool.Count)], _random);
    }

    private void Keep(byte[] input)
    {
        if (_pool.Count < PoolSize)
        {
            _pool.Add(input);
        }
        else
        {
            _pool[_random.Next(PoolSize)] = input;
        }
    }

    private async ValueTask<bool> RunAsync(byte[] input, string what)
    {
        try
        {
            return await _target.RunAsync(input);
        }
        catch (Exception exception)
        {
            throw new AssertionException($"{_target.Name}, {what}: {exception.Message}\ninput for Corpus/{_target.Name}.inputs.hex: {Convert.ToHexString(input)}\n{_target.Describe()}\n{exception}", exception);
        }
    }

    private string Line(long done, long taken, TimeSpan time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_target.Name}: {done} inputs in {time.TotalSeconds:0.0} s, {done / time.TotalSeconds:0} a second, {100.0 * taken / done:0.0} % taken, the others refused.");

    private static ulong? Setting(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ulong.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : null;
}
