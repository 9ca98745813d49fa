using System.Globalization;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Controller;
using Kafka.Modular.Controller.Features;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Snapshots;
using Kafka.Modular.Raft;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Raft.Voters;
using Kafka.Modular.Server.Metrics;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Server.Wiring;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server;

/// <summary>The quorum's replica of this node, the controller on it, and the metadata that comes out of it.</summary>
internal sealed class BrokerQuorum : IMetadataFaultHandler
{
    private readonly BrokerParts _parts;
    private readonly int _nodeId;
    private readonly BrokerMonitoring _monitoring;

    public BrokerQuorum(
        BrokerParts parts, LiveConfiguration configuration, BrokerLoops loops, BrokerStorage storage, PartitionLog log, RaftEndpoints endpoints,
        BrokerMonitoring monitoring, ILogger logger)
    {
        _parts = parts;
        _monitoring = monitoring;
        _nodeId = configuration.Settings<NodeSettings>().Current.NodeId;
        Raft = new RaftDriver(new RaftParts
        {
            Settings = SettingsOf(configuration, storage, endpoints, _nodeId),
            Loop = loops.Raft,
            Log = new RaftLog(log),
            Snapshots = new RaftSnapshots(log.Blobs),
            QuorumState = new QuorumStateStore(log.Blobs),
            Transport = new LocalQuorumTransport(),
            Time = parts.Time,
            Random = parts.Random,
            Logger = parts.Loggers.CreateLogger("org.apache.kafka.raft.KafkaRaftClient"),
            OnFault = fault =>
            {
                logger.QuorumFailed(fault);
                monitoring.SetFaulted();
                parts.OnFault(fault);
            },
        });
        Controller = new MetadataController(new ControllerParts
        {
            ClusterId = storage.ClusterId,
            Loop = loops.Controller,
            Features = new SupportedFeatures(_nodeId, FeatureVersions.SupportedRanges),
            Log = new ControllerLog(Raft, parts.Time, monitoring.Quorum.CommitLatency),
            Configuration = configuration,
            Bootstrap = StorageFormatter.ReadBootstrap(storage.MetadataDirectory).Records,
            Random = parts.Random,
            Logger = parts.Loggers.CreateLogger("org.apache.kafka.controller.QuorumController"),
        });
        Loader = new MetadataLoader(
            loops.Metadata, CommittedEnd, this, parts.Loggers.CreateLogger("org.apache.kafka.image.loader.MetadataLoader"));
        Snapshots = new SnapshotGenerator(
            new MetadataSnapshots(Raft),
            SnapshotSettingsOf(configuration),
            loops.Background,
            this,
            parts.Loggers.CreateLogger("org.apache.kafka.image.publisher.SnapshotGenerator"));
    }

    /// <summary>The quorum's replica.</summary>
    public RaftDriver Raft { get; }

    /// <summary>The controller, active while this node leads.</summary>
    public MetadataController Controller { get; }

    /// <summary>Loads the metadata.</summary>
    public MetadataLoader Loader { get; }

    /// <summary>Takes snapshots of it.</summary>
    public SnapshotGenerator Snapshots { get; }

    /// <summary>What requests are answered from.</summary>
    public MetadataCache Metadata { get; } = new();

    /// <summary>Takes part in the quorum; a quorum of one leads when this completes.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Raft.StartAsync(cancellationToken);
        Raft.Register(new ControllerListener(Controller, _nodeId));
        Raft.Register(new LoaderListener(Loader));
    }

    /// <summary>A fault in one record does not end the broker; the loader has logged it.</summary>
    public void OnFault(MetadataFault fault) => _monitoring.Quorum.MetadataFaults.Increment();

    private long? CommittedEnd() => Raft.Status.HighWatermark is >= 0 and var end ? end : null;

    private static SnapshotSettings SnapshotSettingsOf(LiveConfiguration configuration)
    {
        var settings = configuration.Settings<MetadataLogSettings>().Current;
        return new SnapshotSettings(
            settings.MetadataLogMaxRecordBytesBetweenSnapshots, TimeSpan.FromMilliseconds(settings.MetadataLogMaxSnapshotIntervalMs));
    }

    private static RaftSettings SettingsOf(LiveConfiguration configuration, BrokerStorage storage, RaftEndpoints endpoints, int nodeId)
    {
        var quorum = configuration.Settings<QuorumSettings>().Current;
        var log = configuration.Settings<MetadataLogSettings>().Current;
        var listener = configuration.Node.Listeners.ControllerListenerNames[0];
        return new RaftSettings
        {
            NodeId = nodeId,
            DirectoryId = storage.MetadataDirectoryId,
            ClusterId = storage.ClusterId,
            ControllerListenerName = listener,
            LocalEndpoints = endpoints,
            StaticVoters = StaticVoters(quorum, listener, nodeId),
            ElectionTimeoutMs = quorum.ControllerQuorumElectionTimeoutMs,
            FetchTimeoutMs = quorum.ControllerQuorumFetchTimeoutMs,
            ElectionBackoffMaxMs = quorum.ControllerQuorumElectionBackoffMaxMs,
            RequestTimeoutMs = quorum.ControllerQuorumRequestTimeoutMs,
            RetryBackoffMs = quorum.ControllerQuorumRetryBackoffMs,
            MaxBatchBytes = log.InternalMetadataMaxBatchSizeInBytes,
            MaxRetentionBytes = log.MetadataMaxRetentionBytes,
            MaxRetentionMs = log.MetadataMaxRetentionMs,
            AutoJoin = quorum.ControllerQuorumAutoJoinEnable,
        };
    }

    /// <summary>Reads <c>controller.quorum.voters</c>, whose form the configuration has checked: <c>id@host:port</c>.</summary>
    private static VoterSet StaticVoters(QuorumSettings settings, string listener, int nodeId)
    {
        var voters = new List<VoterNode>();
        foreach (var text in settings.ControllerQuorumVoters)
        {
            var at = text.IndexOf('@', StringComparison.Ordinal);
            var colon = text.LastIndexOf(':');
            var id = int.Parse(text.AsSpan(0, at), CultureInfo.InvariantCulture);
            if (id != nodeId)
                throw new BrokerStartException($"controller.quorum.voters: this server is the only voter of its quorum as yet; leave out {text}");
            voters.Add(new VoterNode(
                new ReplicaKey(id, default),
                RaftEndpoints.Of(listener, text[(at + 1)..colon].Trim('[', ']'), int.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture))));
        }

        return new VoterSet(voters);
    }
}
