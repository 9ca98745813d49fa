using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Raft;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Simulation.Tests.Raft;

/// <summary>A quorum of nodes on one virtual clock, driven by one seed, watched for every promise that the quorum makes.</summary>
internal sealed class SimulatedCluster : IDisposable
{
    private const string Listener = "CONTROLLER";
    private const int TraceLines = 4000;

    private readonly SimulationOptions _options;
    private readonly SeededRandomSource _random;
    private readonly SimulatedNetwork _network;
    private readonly Dictionary<int, int> _leaders = [];
    private readonly Queue<string> _trace = new();
    private readonly Dictionary<int, long> _highWatermarks = [];
    private long _lastToken;

    public SimulatedCluster(ulong seed, SimulationOptions options)
    {
        Seed = seed;
        _options = options;
        _random = new(seed);
        _network = new(options, Time, _random.Fork());
        var count = options.Voters + options.SpareVoters + options.Observers;
        var voters = new VoterSet(Enumerable.Range(1, options.Voters).Select(VoterOf));
        for (var id = 1; id <= count; id++)
        {
            var node = new SimulatedNode(this, SettingsOf(id, voters), options, Time, _random.Fork());
            if (!options.StaticVoters && id <= options.Voters)
                RaftSnapshotWriter.WriteBootstrap(node.Snapshots, voters, 1, Time);
            Nodes.Add(node);
        }
    }

    public ulong Seed { get; }

    public VirtualTime Time { get; } = new();

    public CommittedHistory History { get; } = new();

    public List<SimulatedNode> Nodes { get; } = [];

    public SimulatedNetwork Network => _network;

    public SimulatedNode? Leader => Nodes.Where(node => node.AcceptsAppends && node.IsUp).MaxBy(node => node.Machine!.State.Epoch);

    public int Elections => _leaders.Count;

    public void Trace(string line)
    {
        _trace.Enqueue($"{Time.NowMs,7} {line}");
        if (_trace.Count > TraceLines)
            _trace.Dequeue();
    }

    public string TraceText()
    {
        var text = new StringBuilder();
        foreach (var line in _trace)
            text.AppendLine(line);
        return text.ToString();
    }

    public void StartAll()
    {
        foreach (var node in Nodes)
            node.Start();
    }

    public void Run(long milliseconds) => Time.RunUntil(Time.NowMs + milliseconds);

    /// <summary>Moves time until the condition holds.</summary>
    public void RunUntil(Func<bool> condition, long withinMs, string what)
    {
        var end = Time.NowMs + withinMs;
        while (!condition())
        {
            if (Time.NowMs >= end)
                throw new SimulationFailure($"Not within {withinMs} ms: {what}. {Describe()}");
            Run(10);
        }
    }

    /// <summary>Brings a request to a node and its reply back, through the network.</summary>
    public void Carry(SimulatedNode from, int to, RaftRequest request, Action<RaftReply> replied, Action failed)
    {
        var target = Nodes[to - 1];
        _network.Send(
            from.Id,
            to,
            () =>
            {
                if (target.IsUp)
                    target.Request(from, request, reply => _network.Send(to, from.Id, () => replied(reply), failed));
                else
                    _network.Send(to, from.Id, failed, null);
            },
            failed);
    }

    /// <summary>The client of a node that believes to lead appends a batch.</summary>
    public void AppendSomewhere()
    {
        var leaders = Nodes.Where(node => node.IsUp && node.AcceptsAppends).ToArray();
        if (leaders.Length > 0)
            leaders[_random.Next(leaders.Length)].Append(1 + _random.Next(3), ++_lastToken);
    }

    /// <summary>Faults and work for a while, as the seed says.</summary>
    public void Disturb(long milliseconds)
    {
        var end = Time.NowMs + milliseconds;
        while (Time.NowMs < end)
        {
            Run(1 + _random.Next(40));
            if (_random.Next(3) > 0)
                AppendSomewhere();
            Inject();
        }
    }

    /// <summary>Ends all faults and checks that the quorum gets on with its work: elects, commits, and everyone sees the same.</summary>
    public void HealAndCheck()
    {
        _network.Heal();
        _network.IsFaulty = false;
        foreach (var node in Nodes.Where(node => !node.IsUp))
            node.Start();
        RunUntil(() => Leader is not null && Leader.Machine!.HighWatermark is not null, 60_000, "a leader that commits");
        var (goal, goalEpoch) = (long.MaxValue, -1);
        // Leadership may still move once while the dust settles, and an append then be lost.
        RunUntil(
            () =>
            {
                if (Leader is { } leader && leader.Machine!.State.Epoch != goalEpoch)
                {
                    leader.Append(1, ++_lastToken);
                    (goal, goalEpoch) = (leader.Machine!.Log.EndOffset, leader.Machine.State.Epoch);
                }

                return History.End >= goal;
            },
            60_000,
            "a new record is committed");
        RunUntil(() => Nodes.TrueForAll(node => node.Applied == History.End), 60_000, "every node applies all that is committed");
        var digest = History.DigestBefore(History.End);
        foreach (var node in Nodes.Where(node => node.Digest != digest))
            throw new SimulationFailure($"Node {node.Id} has another state than was committed");
    }

    public void Elected(SimulatedNode node, int epoch)
    {
        if (_leaders.TryGetValue(epoch, out var other) && other != node.Id)
            throw new SimulationFailure($"Nodes {other} and {node.Id} both lead epoch {epoch}");
        _leaders[epoch] = node.Id;
        History.CheckLeader(node.Id, epoch, node.Machine!.Log);
    }

    public void CheckHighWatermark(SimulatedNode node, long offset)
    {
        if (node.Applied > offset && node.Applied > node.Log.StartOffset)
            throw new SimulationFailure($"Node {node.Id} applied {node.Applied} above its high watermark {offset}");
        _highWatermarks[node.Id] = Math.Max(offset, _highWatermarks.GetValueOrDefault(node.Id));
    }

    public string Describe() => string.Join("; ", Nodes.Select(node => node.IsUp
        ? $"{node.Id} {node.Machine!.State.Name} epoch {node.Machine.State.Epoch} leader {node.Machine.State.LeaderId} log {node.Log.StartOffset}..{node.Log.EndOffset} "
            + $"hw {node.Machine.HighWatermark} applied {node.Applied} voters {node.Machine.Configuration.Voters}"
        : $"{node.Id} down"));

    public void Dispose()
    {
        foreach (var node in Nodes)
            node.Dispose();
    }

    private static VoterNode VoterOf(int id) => new(new(id, new Uuid(7, id)), RaftEndpoints.Of(Listener, "node", id));

    private RaftSettings SettingsOf(int id, VoterSet voters) => new()
    {
        NodeId = id,
        DirectoryId = new Uuid(7, id),
        ClusterId = "simulation",
        ControllerListenerName = Listener,
        LocalEndpoints = RaftEndpoints.Of(Listener, "node", id),
        StaticVoters = _options.StaticVoters
            ? new(voters.Nodes.Select(voter => voter with { Key = new(voter.Key.Id, Uuid.Zero) }))
            : VoterSet.Empty,
        BootstrapServers = _options.StaticVoters ? [] : [.. voters.Nodes.Select(voter => voter.Endpoints.Find(Listener)!.Value)],
        CanBecomeVoter = id <= _options.Voters + _options.SpareVoters,
    };

    private void Inject()
    {
        if (_options.Crashes && _random.Next(60) == 0)
            CrashOrStart();
        if (_options.Partitions && _random.Next(80) == 0)
            Partition();
        if (_options.Snapshots && _random.Next(30) == 0 && Up() is { Applied: > 0 } node)
            node.TakeSnapshot(cleans: _random.Next(2) == 0);
        if (_options.ChangesVoters && _random.Next(25) == 0)
            ChangeVoters();
        if (_options.Resigns && _random.Next(60) == 0 && Leader is { } leader)
            leader.Handle(new ResignRequested(leader.Machine!.State.Epoch));
    }

    private void CrashOrStart()
    {
        // The leader's fall is what puts most at stake.
        var node = _random.Next(3) == 0 && Leader is { } leader ? leader : Nodes[_random.Next(Nodes.Count)];
        if (node.IsUp)
        {
            var losesPower = _options.LosesPower && _random.Next(2) == 0;
            Trace($"{node.Id} CRASHES{(losesPower ? " AND LOSES POWER" : "")}");
            node.Crash(losesPower);
            Time.After(_random.Next(5000), () =>
            {
                if (!node.IsUp)
                    node.Start();
            });
        }
    }

    private void Partition()
    {
        if (_random.Next(3) == 0)
        {
            Trace("HEALS");
            _network.Heal();
            return;
        }

        var side = Nodes.Select(node => node.Id).Where(_ => _random.Next(2) == 0).ToArray();
        Trace($"CUTS {string.Join(',', side)}");
        _network.Cut(side, [.. Nodes.Select(node => node.Id).Except(side)], bothWays: _random.Next(3) > 0);
    }

    private void ChangeVoters()
    {
        if (Leader is not { } leader)
            return;
        var node = Nodes[_random.Next(_options.Voters + _options.SpareVoters)];
        var voters = leader.Machine!.Configuration.Voters;
        if (!voters.IsVoter(node.Key))
            leader.Request(null, new AddVoterCall(null, node.Key, node.Settings.LocalEndpoints, 1000, AckWhenCommitted: true), _ => { });
        else if (voters.Count > 2)
            leader.Request(null, new RemoveVoterCall(null, node.Key), _ => { });
    }

    private SimulatedNode? Up()
    {
        var node = Nodes[_random.Next(Nodes.Count)];
        return node.IsUp ? node : null;
    }
}
