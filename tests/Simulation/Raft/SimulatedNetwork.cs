using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Simulation.Tests.Raft;

/// <summary>Carries messages between nodes: late, twice, out of order or not at all.</summary>
internal sealed class SimulatedNetwork(SimulationOptions options, VirtualTime time, RandomSource random)
{
    private readonly HashSet<(int From, int To)> _cut = [];

    /// <summary>False: messages arrive, once, soon.</summary>
    public bool IsFaulty { get; set; } = true;

    public bool IsCut(int from, int to) => _cut.Contains((from, to));

    public void Heal() => _cut.Clear();

    /// <summary>Cuts the connections between the two groups, one way or both ways.</summary>
    public void Cut(IReadOnlyCollection<int> side, IReadOnlyCollection<int> others, bool bothWays)
    {
        foreach (var a in side)
        {
            foreach (var b in others)
            {
                _cut.Add((a, b));
                if (bothWays)
                    _cut.Add((b, a));
            }
        }
    }

    /// <summary>Delivers, or calls <paramref name="lost"/> when the sender would notice that it did not arrive.</summary>
    public void Send(int from, int to, Action deliver, Action? lost)
    {
        if (!IsFaulty)
        {
            time.After(1 + random.Next(2), deliver);
            return;
        }

        if (_cut.Contains((from, to)) || random.NextDouble() < options.DropRate)
        {
            // Either the connection breaks or nothing is ever heard again.
            if (lost is not null && random.Next(2) == 0)
                time.After(Delay(), lost);
            return;
        }

        time.After(Delay(), () => DeliverUnlessCut(from, to, deliver, lost));
        if (random.NextDouble() < options.DuplicateRate)
            time.After(Delay() + Delay(), () => DeliverUnlessCut(from, to, deliver, null));
    }

    private void DeliverUnlessCut(int from, int to, Action deliver, Action? lost)
    {
        if (_cut.Contains((from, to)))
            lost?.Invoke();
        else
            deliver();
    }

    private int Delay()
    {
        var delay = 1 + random.Next(options.MaxDelayMs);
        return options.StragglerDelayMs > 0 && random.Next(100) == 0 ? delay + random.Next(options.StragglerDelayMs) : delay;
    }
}
