using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Controller.Features;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Controller.Tests;

/// <summary>A controller on a clock that stands still until it is moved, over a metadata log in memory.</summary>
internal sealed class ControllerHarness : IControllerLog
{
    public const string ClusterId = "cluster";

    private readonly InlineEventLoop _loop;
    private readonly List<TaskCompletionSource<ErrorCode>> _waiting = [];
    private bool _holdCommits;
    private int _lostEpoch;
    private int _epoch;

    public ControllerHarness()
    {
        Time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        _loop = new InlineEventLoop("controller", Time);
        var loaded = NodeConfiguration.Load(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["node.id"] = "1",
            ["process.roles"] = "broker,controller",
            ["listeners"] = "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
            ["controller.listener.names"] = "CONTROLLER",
            ["controller.quorum.voters"] = "1@localhost:9093",
            ["log.dirs"] = "/tmp/none",
        });
        Controller = new MetadataController(new ControllerParts
        {
            ClusterId = ClusterId,
            Loop = _loop,
            Log = this,
            Features = new SupportedFeatures(1, new Dictionary<string, FeatureRange>(StringComparer.Ordinal)
            {
                [MetadataVersion.FeatureName] = new(7, 29), [KafkaFeature.KRaftVersion.Name] = new(0, 1), [KafkaFeature.EligibleLeaderReplicasVersion.Name] = new(0, 1),
            }),
            Configuration = new LiveConfiguration(loaded.Configuration ?? throw new InvalidOperationException(string.Join('\n', loaded.Problems))),
            Bootstrap = [new MetadataRecord(new FeatureLevelRecord { Name = MetadataVersion.FeatureName, FeatureLevel = MetadataVersion.LatestProduction.Level }, 0)],
            Random = new SeededRandomSource(7),
            Logger = NullLogger.Instance,
        });
    }

    public FakeTimeProvider Time { get; }

    public MetadataController Controller { get; }

    /// <summary>What the log holds, appended or committed.</summary>
    public List<MetadataRecord> Log { get; } = [];

    /// <summary>Holds commits back until <see cref="CommitAll"/>.</summary>
    public void HoldCommits()
    {
        lock (_waiting)
        {
            _holdCommits = true;
        }
    }

    public ErrorCode AppendError { get; set; }

    /// <summary>The metadata as the log tells it.</summary>
    public MetadataImage Image
    {
        get
        {
            var delta = new MetadataDelta(MetadataImage.Empty);
            Log.ForEach(record => delta.Replay(record.Message));
            return delta.Apply(MetadataProvenance.Empty);
        }
    }

    long IControllerLog.EndOffset => Log.Count;

    ControllerAppend IControllerLog.TryAppend(int epoch, IReadOnlyList<MetadataRecord> records)
    {
        if (AppendError != ErrorCode.None)
        {
            return new ControllerAppend(AppendError, -1);
        }

        Log.AddRange(records);
        return new ControllerAppend(ErrorCode.None, Log.Count - 1);
    }

    ValueTask<ErrorCode> IControllerLog.WhenCommittedAsync(long offset, int epoch, CancellationToken cancellationToken)
    {
        lock (_waiting)
        {
            if (epoch <= _lostEpoch)
            {
                return ValueTask.FromResult(ErrorCode.NotLeaderOrFollower);
            }

            if (!_holdCommits)
            {
                return ValueTask.FromResult(ErrorCode.None);
            }

            var done = new TaskCompletionSource<ErrorCode>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(done);
            return new ValueTask<ErrorCode>(done.Task);
        }
    }

    public short KRaftVersion { get; private set; }

    IReadOnlyCollection<int> IControllerLog.VoterIds => [1];

    Task<ControllerRefusal> IControllerLog.UpgradeKRaftVersionAsync(int epoch, short version, bool validateOnly, CancellationToken cancellationToken)
    {
        if (!validateOnly)
        {
            KRaftVersion = version;
        }

        return Task.FromResult(ControllerRefusal.None);
    }

    void IControllerLog.Resign(int epoch)
    {
    }

    public void Lead(int epoch = 1)
    {
        _epoch = epoch;
        Controller.OnBecameLeader(epoch);
        _loop.RunPending();
    }

    /// <summary>The leadership ends; what was not committed is lost from the log.</summary>
    public void Lose(int committedRecords)
    {
        Log.RemoveRange(committedRecords, Log.Count - committedRecords);
        Controller.OnResigned();
        _loop.RunPending();
        lock (_waiting)
        {
            (_lostEpoch, _holdCommits) = (_epoch, false);
        }

        Answer(ErrorCode.NotLeaderOrFollower);
    }

    public void CommitAll()
    {
        lock (_waiting)
        {
            _holdCommits = false;
        }

        Answer(ErrorCode.None);
    }

    private void Answer(ErrorCode outcome)
    {
        lock (_waiting)
        {
            _waiting.ForEach(waiting => waiting.TrySetResult(outcome));
            _waiting.Clear();
        }
    }

    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        _loop.RunPending();
    }

    /// <summary>Runs an operation on the loop and awaits its answer.</summary>
    public async Task<T?> Run<T>(Task<T?> operation)
        where T : class
    {
        _loop.RunPending();
        return await operation;
    }

    /// <summary>Registers a broker and unfences it; gives its epoch.</summary>
    public async Task<long> AddBrokerAsync(int id, string? rack = null, bool unfence = true, Core.Ids.Uuid incarnation = default)
    {
        var request = new BrokerRegistrationRequest
        {
            BrokerId = new BrokerId(id), ClusterId = ClusterId, IncarnationId = incarnation == default ? new Core.Ids.Uuid(9, id) : incarnation, Rack = rack,
        };
        request.Features.Add(new BrokerRegistrationRequest.Feature { Name = MetadataVersion.FeatureName, MinSupportedVersion = 7, MaxSupportedVersion = 29 });
        request.Features.Add(new BrokerRegistrationRequest.Feature { Name = KafkaFeature.KRaftVersion.Name, MaxSupportedVersion = 1 });
        request.Features.Add(new BrokerRegistrationRequest.Feature { Name = KafkaFeature.EligibleLeaderReplicasVersion.Name, MaxSupportedVersion = 1 });
        request.Listeners.Add(new BrokerRegistrationRequest.Listener { Name = "PLAINTEXT", Host = "localhost", Port = (ushort)(9_000 + id) });
        request.LogDirs.Add(new Core.Ids.Uuid(77, id));
        var registered = await Run(Controller.RegisterBrokerAsync(request, CancellationToken.None));
        Assert.That(registered!.ErrorCode, Is.EqualTo(ErrorCode.None));
        if (unfence)
        {
            Assert.That((await HeartbeatAsync(id, registered.BrokerEpoch)).IsFenced, Is.False);
        }

        return registered.BrokerEpoch;
    }

    public async Task<BrokerHeartbeatResponse> HeartbeatAsync(int id, long epoch, bool wantFence = false, bool wantShutDown = false, long? offset = null)
        => (await Run(Controller.HeartbeatAsync(
            new BrokerHeartbeatRequest
            {
                BrokerId = new BrokerId(id), BrokerEpoch = epoch, CurrentMetadataOffset = offset ?? Log.Count, WantFence = wantFence, WantShutDown = wantShutDown,
            },
            CancellationToken.None)))!;

    public async Task<CreateTopicsResponse.CreatableTopicResult> CreateTopicAsync(string name, int partitions = 1, short replicas = 1)
        => (await Run(Controller.CreateTopicsAsync(
            new CreateTopicsRequest { Topics = [new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = partitions, ReplicationFactor = replicas }] },
            CancellationToken.None)))!.Topics[0];
}
