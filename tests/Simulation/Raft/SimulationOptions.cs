namespace Kafka.Modular.Simulation.Tests.Raft;

/// <summary>What a run is like.</summary>
internal sealed record SimulationOptions
{
    public int Voters { get; init; } = 3;

    /// <summary>Nodes that may become voters and are none at first.</summary>
    public int SpareVoters { get; init; }

    public int Observers { get; init; }

    public double DropRate { get; init; }

    public double DuplicateRate { get; init; }

    public int MaxDelayMs { get; init; } = 10;

    /// <summary>Now and then one message takes this much longer.</summary>
    public int StragglerDelayMs { get; init; }

    public int MaxFlushMs { get; init; } = 5;

    /// <summary>Now and then a disk takes this much longer.</summary>
    public int SlowFlushMs { get; init; }

    public bool Crashes { get; init; }

    public bool LosesPower { get; init; }

    public bool Partitions { get; init; }

    public bool Snapshots { get; init; }

    public bool ChangesVoters { get; init; }

    public bool Resigns { get; init; }

    /// <summary>Voters are named by configuration instead of by the log (kraft.version 0).</summary>
    public bool StaticVoters { get; init; }
}
