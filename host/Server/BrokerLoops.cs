using Kafka.Modular.Core.Threading;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server;

/// <summary>The loops of a broker, each with a thread of its own.</summary>
internal sealed class BrokerLoops : IAsyncDisposable
{
    private readonly List<EventLoop> _all = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public BrokerLoops(TimeProvider time, ILogger logger, int coordinatorThreads)
    {
        _time = time;
        _logger = logger;
        Raft = Create("raft");
        Controller = Create("controller");
        Metadata = Create("metadata");
        Timers = Create("timers");
        Background = Create("background");
        Coordinators = [.. Enumerable.Range(0, coordinatorThreads).Select(index => Create($"group-coordinator-{index}"))];
    }

    /// <summary>The quorum.</summary>
    public IEventLoop Raft { get; }

    /// <summary>The active controller.</summary>
    public IEventLoop Controller { get; }

    /// <summary>The metadata loader and its publishers.</summary>
    public IEventLoop Metadata { get; }

    /// <summary>Timeouts of connections and requests, and the broker's lifecycle; nothing on it blocks.</summary>
    public IEventLoop Timers { get; }

    /// <summary>What may block on a disk: the logs' chores and snapshots.</summary>
    public IEventLoop Background { get; }

    /// <summary>The shards of the group coordinator.</summary>
    public IReadOnlyList<IEventLoop> Coordinators { get; }

    /// <summary>Makes a loop that belongs to the caller, who disposes it.</summary>
    public EventLoop CreateOwned(string name) => new(name, _time, fault => _logger.LoopFault(fault, name));

    /// <summary>Makes another loop, which ends with the others.</summary>
    public IEventLoop Add(string name) => Create(name);

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in Enumerable.Reverse(_all))
            await loop.DisposeAsync();
    }

    private EventLoop Create(string name)
    {
        var loop = CreateOwned(name);
        _all.Add(loop);
        return loop;
    }
}
