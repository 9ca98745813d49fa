using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Tests.Support;
using Kafka.Modular.Raft.Voters;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Raft.Tests.Driver;

/// <summary>A driver with its storage, which outlives it.</summary>
internal sealed class TestNode : IRaftTransport
{
    public const string Listener = "CONTROLLER";

    public TestNode(int id, int voters, TimeProvider time)
    {
        Id = id;
        Time = time;
        Snapshots.Time = time;
        Voters = new(Enumerable.Range(1, voters).Select(VoterOf));
        RaftSnapshotWriter.WriteBootstrap(Snapshots, Voters, 1, time);
    }

    public int Id { get; }

    public TimeProvider Time { get; }

    public VoterSet Voters { get; }

    public InMemoryRaftLog Log { get; } = new();

    public InMemorySnapshotStore Snapshots { get; } = new();

    public InMemoryQuorumStateStore QuorumState { get; } = new();

    public List<Exception> Faults { get; } = [];

    public Func<int, TestNode?> Peers { get; set; } = _ => null;

    public RaftDriver? Driver { get; private set; }

    public Func<RaftSettings, RaftSettings> Change { get; set; } = settings => settings;

    public IRaftLog? OtherLog { get; set; }

    public static VoterNode VoterOf(int id) => new(new(id, new Uuid(3, id)), RaftEndpoints.Of(Listener, "node", id));

    public RaftDriver Create(IEventLoop loop) => Driver = new(new()
    {
        Settings = Change(new()
        {
            NodeId = Id,
            DirectoryId = new Uuid(3, Id),
            ClusterId = "cluster",
            LocalEndpoints = RaftEndpoints.Of(Listener, "node", Id),
            BootstrapServers = [.. Voters.Nodes.Select(voter => voter.Endpoints.Find(Listener)!.Value)],
            ElectionTimeoutMs = 200,
            FetchTimeoutMs = 400,
            RequestTimeoutMs = 400,
            FetchMaxWaitMs = 100,
        }),
        Loop = loop,
        Log = OtherLog ?? Log,
        Snapshots = Snapshots,
        QuorumState = QuorumState,
        Transport = this,
        Time = Time,
        Random = new SeededRandomSource((ulong)Id),
        Logger = NullLogger.Instance,
        OnFault = Faults.Add,
    });

    public RaftAppendResult Append(params string[] records) =>
        Driver!.TryAppend(Driver.Status.Leader.Epoch, [.. records.Select(record => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(record)))]);

    /// <summary>Carries messages as bytes at their highest version, to a node that is there.</summary>
    public async ValueTask<IResponse> SendAsync(RaftNode destination, IRequest request, CancellationToken cancellationToken)
    {
        if (Peers(destination.Endpoint.Port)?.Driver is not { } peer)
            throw new IOException("Connection refused");
        var response = await peer.HandleAsync(WireTrip.Request(request), Listener, cancellationToken);
        return WireTrip.Response(response);
    }
}
