using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Raft.Tests.Support;

namespace Kafka.Modular.Raft.Tests.Driver;

/// <summary>Three drivers on real loops and the real clock, whose messages travel as bytes.</summary>
public sealed class ThreeNodeTests
{
    private readonly List<TestNode> _nodes = [];
    private readonly List<EventLoop> _loops = [];
    private readonly List<RecordingListener> _listeners = [];

    [SetUp]
    public void SetUp()
    {
        for (var id = 1; id <= 3; id++)
        {
            var node = new TestNode(id, 3, TimeProvider.System) { Peers = peer => _nodes.Find(other => other.Id == peer && other.Driver is not null) };
            _nodes.Add(node);
            _loops.Add(new($"raft-{id}", TimeProvider.System, node.Faults.Add));
            _listeners.Add(new());
        }
    }

    [TearDown]
    public async Task TearDown()
    {
        foreach (var node in _nodes)
        {
            if (node.Driver is { } driver)
                await driver.DisposeAsync();
        }

        foreach (var loop in _loops)
            await loop.DisposeAsync();
        Assert.That(_nodes.SelectMany(node => node.Faults), Is.Empty);
    }

    [Test]
    public async Task Three_nodes_elect_replicate_and_hand_over_when_their_leader_stops()
    {
        for (var i = 0; i < 3; i++)
        {
            _nodes[i].Create(_loops[i]).Register(_listeners[i]);
            await _nodes[i].Driver!.StartAsync(CancellationToken.None);
        }

        await Eventually.Until(() => Leader() is not null, "a leader");
        var leader = Leader()!;
        var epoch = leader.Driver!.Status.Leader.Epoch;
        var result = leader.Append("a", "b");
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(await leader.Driver.WhenCommittedAsync(result.LastOffset, epoch, CancellationToken.None), Is.EqualTo(ErrorCode.None));
        await Eventually.Until(() => _listeners.TrueForAll(listener => listener.Records.Count == 2), "replication");

        var elapsed = TimeProvider.System.GetTimestamp();
        await leader.Driver.StopAsync(TimeSpan.FromSeconds(10));
        Assert.That(TimeProvider.System.GetElapsedTime(elapsed), Is.LessThan(TimeSpan.FromSeconds(9)), "another took over");
        await Eventually.Until(() => Leader() is { } next && next != leader, "a second leader");
        var second = Leader()!;
        second.Append("c");
        var others = _listeners.Where((_, i) => _nodes[i] != leader).ToArray();
        await Eventually.Until(() => others.All(listener => listener.Records.Count == 3), "replication by the second leader");
        Assert.That(others[0].Records, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(others[1].Records, Is.EqualTo(new[] { "a", "b", "c" }));
    }

    private TestNode? Leader()
    {
        for (var i = 0; i < 3; i++)
        {
            var status = _nodes[i].Driver!.Status;
            if (status.State == "leader" && _listeners[i].Leaders is [.., var last] && last.IsLeader(_nodes[i].Id))
                return _nodes[i];
        }

        return null;
    }
}
