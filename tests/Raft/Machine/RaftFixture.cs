using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Tests.Machine;

/// <summary>A state machine under the hands of a test: events in, effects kept, acknowledged by hand.</summary>
internal sealed class RaftFixture
{
    public const string Listener = "CONTROLLER";
    public const string Cluster = "cluster";

    private long _requestId;

    public RaftFixture(
        int localId = 1,
        int voters = 3,
        ElectionState? stored = null,
        RaftLogState? log = null,
        VoterSet? staticVoters = null,
        short kraftVersion = 1,
        Func<RaftSettings, RaftSettings>? change = null)
    {
        var settings = new RaftSettings
        {
            NodeId = localId,
            DirectoryId = Directory(localId),
            ClusterId = Cluster,
            LocalEndpoints = Endpoints(localId),
            BootstrapServers = [.. Enumerable.Range(1, voters).Select(id => new RaftEndpoint("host", id))],
            StaticVoters = staticVoters ?? VoterSet.Empty,
        };
        Settings = change?.Invoke(settings) ?? settings;
        var configuration = new QuorumConfiguration(Settings.StaticVoters);
        if (staticVoters is null)
            configuration.Reset([new KRaftVersionControl(kraftVersion), new VotersControl(VoterSetOf(voters))], -1);
        Machine = new(Settings, log ?? new(0, 0, [], []), configuration, stored, new SeededRandomSource(7));
    }

    public RaftSettings Settings { get; }

    public RaftStateMachine Machine { get; }

    public long Now { get; set; }

    public List<RaftOutput> Outputs { get; } = [];

    public EpochState State => Machine.State;

    public static Uuid Directory(int id) => new(9, id);

    public static ReplicaKey Key(int id) => new(id, Directory(id));

    public static RaftEndpoints Endpoints(int id) => RaftEndpoints.Of(Listener, "host", id);

    public static VoterNode Voter(int id) => new(Key(id), Endpoints(id));

    public static VoterSet VoterSetOf(int count) => new(Enumerable.Range(1, count).Select(Voter));

    public static RaftNode Node(int id) => new(id, new("host", id));

    /// <summary>A log of one batch for each epoch given, with these end offsets.</summary>
    public static RaftLogState LogOf(params (int Epoch, long End)[] epochs)
    {
        var log = new RaftLogState(0, 0, [], []);
        foreach (var (epoch, end) in epochs)
            log.Append(log.EndOffset, end - 1, epoch);
        log.Flushed(log.EndOffset);
        return log;
    }

    /// <summary>Hands in an event; <see cref="Outputs"/> holds what came of it.</summary>
    public RaftFixture Step(RaftEvent input)
    {
        Outputs.Clear();
        Machine.Step(input, Now, Outputs);
        return this;
    }

    public RaftFixture Start() => Step(new Started());

    public RaftFixture Pass(long milliseconds)
    {
        Now += milliseconds;
        return Step(new TimePassed());
    }

    /// <summary>Moves time to what the machine waits for.</summary>
    public RaftFixture PassToDeadline()
    {
        Now = Machine.NextDeadline;
        return Step(new TimePassed());
    }

    /// <summary>Asks, and gives the answer, which must come at once.</summary>
    public TReply Ask<TReply>(RaftRequest request)
        where TReply : RaftReply
    {
        var id = Send(request);
        return (TReply)ReplyTo(id)!;
    }

    /// <summary>Asks without expecting the answer at once.</summary>
    public long Send(RaftRequest request)
    {
        var id = ++_requestId;
        Step(new RequestReceived(id, request));
        return id;
    }

    /// <summary>The answer among the outputs, or null.</summary>
    public RaftReply? ReplyTo(long requestId)
    {
        foreach (var output in Outputs)
        {
            switch (output)
            {
                case SendReply reply when reply.RequestId == requestId:
                    return reply.Reply;
                case SendFetchReply fetch when fetch.RequestId == requestId:
                    return fetch.Reply;
                case SendSnapshotReply snapshot when snapshot.RequestId == requestId:
                    return snapshot.Reply;
            }
        }

        return null;
    }

    public IReadOnlyList<T> Of<T>()
        where T : RaftOutput => [.. Outputs.OfType<T>()];

    public SendRequest? Sent<TRequest>(int destination)
        where TRequest : RaftRequest =>
        Of<SendRequest>().FirstOrDefault(send => send.Destination.Id == destination && send.Request is TRequest);

    /// <summary>Answers a request that is among the outputs.</summary>
    public RaftFixture Answer(SendRequest request, RaftReply reply) => Step(new ReplyReceived(request.CorrelationId, request.Destination, reply));

    /// <summary>Lets voters elect this node: time passes, the pre-vote and the vote of voter 2 are granted, the log is flushed.</summary>
    public RaftFixture BecomeLeader()
    {
        if (State is UnattachedState or FollowerState)
            PassUntil<ProspectiveState>();
        if (State is ProspectiveState)
            Answer(Sent<VoteCall>(2)!, new VoteReply { LeaderEpoch = State.Epoch, VoteGranted = true });
        if (State is CandidateState)
            Answer(Sent<VoteCall>(2)!, new VoteReply { LeaderEpoch = State.Epoch, VoteGranted = true });
        Assert.That(State, Is.InstanceOf<LeaderState>());
        return this;
    }

    /// <summary>As <see cref="BecomeLeader"/>, and the start of the epoch is committed by voter 2.</summary>
    public RaftFixture BecomeCommittedLeader()
    {
        BecomeLeader();
        Flush();
        FetchAs(2, Machine.Log.EndOffset);
        return this;
    }

    public RaftFixture PassUntil<TState>()
    {
        for (var i = 0; i < 1000 && State is not TState; i++)
            PassToDeadline();
        Assert.That(State, Is.InstanceOf<TState>());
        return this;
    }

    public RaftFixture Flush() => Step(new LogFlushed(Machine.Log.EndOffset));

    /// <summary>A fetch of a replica that has the log up to the offset.</summary>
    public long FetchAs(int id, long offset, int maxWaitMs = 0, long highWatermark = long.MaxValue, int? lastEpoch = null) => Send(new FetchCall(
        Cluster, Key(id), State.Epoch, offset, lastEpoch ?? (offset == 0 ? 0 : EpochBefore(offset)), highWatermark, maxWaitMs, 1024));

    /// <summary>Appends a data batch as the leader's client.</summary>
    public RaftFixture Append(int records = 1)
    {
        var start = Machine.Log.EndOffset;
        var values = Enumerable.Range(0, records).Select(_ => new ReadOnlyMemory<byte>([1, 2, 3])).ToArray();
        var bytes = RaftBatchWriter.WriteData(start, State.Epoch, Now, values);
        return Step(new AppendRequested(new(start, start + records - 1, State.Epoch, bytes, [])));
    }

    /// <summary>Makes this node a follower of another in an epoch.</summary>
    public RaftFixture Follow(int leader, int epoch)
    {
        Ask<BeginEpochReply>(new BeginEpochCall(Cluster, Key(Settings.NodeId), leader, epoch, Endpoints(leader)));
        Assert.That(State, Is.InstanceOf<FollowerState>());
        return this;
    }

    private int EpochBefore(long offset) => Machine.Log.EpochBefore(offset) ?? 0;
}
