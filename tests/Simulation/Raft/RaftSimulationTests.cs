using System.Globalization;

namespace Kafka.Modular.Simulation.Tests.Raft;

/// <summary>
/// Whole quorums under faults, each run determined by its seed. KAFKA_MODULAR_SIMULATION_SEEDS sets how many seeds a test runs through,
/// KAFKA_MODULAR_SIMULATION_SEED replays a single one.
/// </summary>
public sealed class RaftSimulationTests
{
    private static readonly SimulationOptions Everything = new()
    {
        Voters = 5,
        SpareVoters = 1,
        Observers = 2,
        DropRate = 0.05,
        DuplicateRate = 0.05,
        MaxDelayMs = 30,
        StragglerDelayMs = 3000,
        MaxFlushMs = 20,
        SlowFlushMs = 1500,
        Crashes = true,
        LosesPower = true,
        Partitions = true,
        Snapshots = true,
        Resigns = true,
    };

    [Test]
    public void A_single_voter_leads_and_commits_without_waiting()
    {
        using var cluster = new SimulatedCluster(1, new() { Voters = 1, MaxFlushMs = 0 });
        cluster.StartAll();
        cluster.Run(0);
        Assert.That(cluster.Leader, Is.Not.Null);
        Assert.That(cluster.History.End, Is.EqualTo(3), "LeaderChange, KRaftVersion and Voters");
        cluster.AppendSomewhere();
        cluster.Run(0);
        Assert.That(cluster.History.End, Is.GreaterThan(3));
    }

    [Test]
    public void Three_voters_elect_replicate_and_survive_the_loss_of_their_leader() => ForEachSeed(60, seed =>
    {
        using var cluster = new SimulatedCluster(seed, new() { Voters = 3, Observers = 1 });
        return Check(cluster, () =>
        {
            cluster.Network.IsFaulty = false;
            cluster.StartAll();
            cluster.RunUntil(() => cluster.Leader is { Machine.HighWatermark: not null }, 10_000, "a first leader");
            for (var i = 0; i < 20; i++)
            {
                cluster.AppendSomewhere();
                cluster.Run(5);
            }

            cluster.RunUntil(() => cluster.Nodes.TrueForAll(node => node.Applied == cluster.History.End), 10_000, "replication");
            var before = cluster.History.End;
            var first = cluster.Leader!;
            first.Crash(losesPower: true);
            cluster.RunUntil(() => cluster.Leader is { Machine.HighWatermark: not null } next && next != first, 20_000, "a second leader");
            Assert.That(cluster.History.End, Is.GreaterThan(before));
            cluster.HealAndCheck();
        });
    });

    [Test]
    public void Five_voters_and_observers_keep_their_promises_under_every_fault() => ForEachSeed(150, seed =>
    {
        using var cluster = new SimulatedCluster(seed, Everything);
        return Check(cluster, () => DisturbAndHeal(cluster));
    });

    [Test]
    public void Three_static_voters_keep_their_promises_under_every_fault() => ForEachSeed(50, seed =>
    {
        using var cluster = new SimulatedCluster(seed, Everything with { Voters = 3, SpareVoters = 0, Observers = 1, StaticVoters = true });
        return Check(cluster, () => DisturbAndHeal(cluster));
    });

    [Test]
    public void Voters_come_and_go_under_every_fault() => ForEachSeed(100, seed =>
    {
        using var cluster = new SimulatedCluster(seed, Everything with { Voters = 3, SpareVoters = 2, Observers = 1, ChangesVoters = true });
        return Check(cluster, () => DisturbAndHeal(cluster));
    });

    [Test]
    public void A_seed_replays_the_same_run()
    {
        var first = TraceOf(42);
        Assert.That(TraceOf(42), Is.EqualTo(first));
        Assert.That(TraceOf(43), Is.Not.EqualTo(first));

        static string TraceOf(ulong seed)
        {
            using var cluster = new SimulatedCluster(seed, Everything);
            cluster.StartAll();
            cluster.Disturb(3000);
            return cluster.TraceText();
        }
    }

    private static void DisturbAndHeal(SimulatedCluster cluster)
    {
        cluster.StartAll();
        cluster.Disturb(15_000);
        cluster.HealAndCheck();
    }

    private static string? Check(SimulatedCluster cluster, Action run)
    {
        try
        {
            run();
            return null;
        }
        catch (Exception e) when (e is not SuccessException)
        {
            return $"Seed {cluster.Seed}: {e}\n{cluster.TraceText()}";
        }
    }

    private static void ForEachSeed(int count, Func<ulong, string?> run)
    {
        var single = Environment.GetEnvironmentVariable("KAFKA_MODULAR_SIMULATION_SEED");
        var wanted = Environment.GetEnvironmentVariable("KAFKA_MODULAR_SIMULATION_SEEDS");
        var first = single is null ? 1 : ulong.Parse(single, CultureInfo.InvariantCulture);
        var seeds = single is not null ? 1 : wanted is null ? count : int.Parse(wanted, CultureInfo.InvariantCulture);
        for (var i = 0; i < seeds; i++)
        {
            if (run(first + (ulong)i) is { } failure)
                Assert.Fail(failure);
        }
    }
}
