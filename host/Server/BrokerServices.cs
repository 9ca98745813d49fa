using Kafka.Modular.Cluster;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Groups;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Replication;
using Kafka.Modular.Server.Metrics;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Server.Wiring;

namespace Kafka.Modular.Server;

/// <summary>What serves clients: the replicas, the group coordinator, and this node's life as a broker.</summary>
internal sealed class BrokerServices
{
    private const int LocalRetryBackoffMs = 10;

    private readonly GroupPublisher _groupPublisher;

    public BrokerServices(
        BrokerParts parts, LiveConfiguration configuration, BrokerLoops loops, BrokerStorage storage, BrokerQuorum quorum, IReadOnlyList<RegisteredEndpoint> endpoints,
        BrokerMonitoring monitoring)
    {
        var node = configuration.Settings<NodeSettings>().Current;
        var groups = configuration.Settings<GroupSettings>();
        Configuration = new ConfigurationPublisher(node.NodeId, configuration, storage.Logs, parts.Loggers.CreateLogger("kafka.server.DynamicBrokerConfig"));
        Replicas = new ReplicaManager(
            node.NodeId,
            storage.Logs,
            configuration,
            new IsrChanges(node.NodeId, quorum.Controller, quorum.Metadata, parts.Loggers.CreateLogger("kafka.server.DefaultAlterPartitionManager"), monitoring.Quorum.FailedIsrUpdates),
            new DirectoryAssignments(node.NodeId, quorum.Controller, quorum.Metadata, parts.Time, parts.Loggers.CreateLogger("org.apache.kafka.server.AssignmentsManager")),
            loops.Timers,
            parts.Loggers.CreateLogger("kafka.server.ReplicaManager"),
            monitoring.Registry);
        Groups = new GroupCoordinator(
            ConfigOf(groups.Current),
            loops.Coordinators,
            new CoordinatorLog(Replicas, groups.Current.OffsetsLoadBufferSize),
            parts.Codecs,
            parts.Random,
            groups.Current.OffsetsCommitTimeoutMs,
            parts.Loggers.CreateLogger("org.apache.kafka.coordinator.group.GroupCoordinatorService"));
        InternalTopics = new InternalTopics(quorum.Controller, groups, parts.Loggers.CreateLogger("kafka.server.DefaultAutoTopicCreationManager"));
        Lifecycle = new BrokerLifecycle(
            LifecycleSettingsOf(node, storage, endpoints, Uuid.CreateRandom(parts.Random)),
            new LocalControllerChannel(quorum.Controller),
            loops.Timers,
            parts.Loggers.CreateLogger("kafka.server.BrokerLifecycleManager"));
        Progress = new LifecyclePublisher(Lifecycle, node.NodeId);
        _groupPublisher = new GroupPublisher(Groups);
        Replicas.LeadershipChanged += _groupPublisher.OnLeadershipChanged;
    }

    /// <summary>Puts dynamic configuration into effect.</summary>
    public ConfigurationPublisher Configuration { get; }

    /// <summary>The replicas.</summary>
    public ReplicaManager Replicas { get; }

    /// <summary>The group coordinator.</summary>
    public GroupCoordinator Groups { get; }

    /// <summary>Creates the topics that coordinators need.</summary>
    public InternalTopics InternalTopics { get; }

    /// <summary>This node's life as a broker.</summary>
    public BrokerLifecycle Lifecycle { get; }

    /// <summary>How far the metadata is in effect.</summary>
    public LifecyclePublisher Progress { get; }

    /// <summary>
    /// The publishers that come after the logs are open: the coordinator learns how many partitions it has before the replicas say which of them are here,
    /// and the lifecycle comes last, for it says how far everything is in effect.
    /// </summary>
    public IReadOnlyList<IMetadataPublisher> Publishers(params IEnumerable<IMetadataPublisher> others) => [_groupPublisher, Replicas, .. others, Progress];

    private static GroupCoordinatorConfig ConfigOf(GroupSettings settings) => new()
    {
        MinSessionTimeoutMs = settings.GroupMinSessionTimeoutMs,
        MaxSessionTimeoutMs = settings.GroupMaxSessionTimeoutMs,
        InitialRebalanceDelayMs = settings.GroupInitialRebalanceDelayMs,
        MaxSize = settings.GroupMaxSize,
        OffsetMetadataMaxBytes = settings.OffsetMetadataMaxBytes,
        OffsetsRetentionMs = settings.OffsetsRetentionMinutes * 60_000L,
        OffsetsRetentionCheckIntervalMs = settings.OffsetsRetentionCheckIntervalMs,
        OffsetsTopicPartitions = settings.OffsetsTopicNumPartitions,
    };

    private static BrokerLifecycleSettings LifecycleSettingsOf(
        NodeSettings node, BrokerStorage storage, IReadOnlyList<RegisteredEndpoint> endpoints, Uuid incarnation) => new()
    {
        BrokerId = node.NodeId,
        ClusterId = storage.ClusterId,
        IncarnationId = incarnation,
        Endpoints = endpoints,
        Features = FeatureVersions.SupportedRanges,
        Rack = node.BrokerRack,
        Directories = storage.DirectoryIds,
        PreviousEpoch = storage.PreviousEpoch,
        HeartbeatIntervalMs = node.BrokerHeartbeatIntervalMs,
        RegistrationTimeoutMs = node.InitialBrokerRegistrationTimeoutMs,
        // The controller is in this process: asking again costs nothing.
        RetryBackoffMs = LocalRetryBackoffMs,
    };
}
