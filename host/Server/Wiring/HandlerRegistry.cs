using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Handlers.Cluster;
using Kafka.Modular.Handlers.Configs;
using Kafka.Modular.Handlers.Connection;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Groups;
using Kafka.Modular.Handlers.LogDirs;
using Kafka.Modular.Handlers.Partitions;
using Kafka.Modular.Handlers.Producers;
using Kafka.Modular.Handlers.Records;
using Kafka.Modular.Handlers.Security;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.Network;
using Kafka.Modular.Protocol;
using Kafka.Modular.Replication.Sessions;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Makes the handler of every API that is served.</summary>
internal static class HandlerRegistry
{
    public static IRequestDispatcher Create(
        BrokerParts parts,
        LiveConfiguration configuration,
        ILoggerLevels loggers,
        BrokerQuorum quorum,
        BrokerServices services,
        ClusterIdentity identity,
        MetadataWaits waits,
        BufferPool buffers,
        BrokerMonitoring monitoring,
        AccessControl access,
        BrokerAuthentication? authentication,
        IListenerCertificates certificates)
    {
        var shared = new HandlerServices(buffers, parts.Time, parts.Loggers.CreateLogger("kafka.server.KafkaApis"))
        {
            Access = access, Metrics = monitoring.Handlers,
        };
        var apiVersions = new ApiVersionsHandler(shared, new FeatureVersions(quorum.Metadata, quorum.Raft));
        var catalog = new HandlerCatalog(
        [
            apiVersions,
            new SaslHandshakeHandler(shared),
            new SaslAuthenticateHandler(shared),
            new DescribeUserScramCredentialsHandler(shared, quorum.Metadata),
            new AlterUserScramCredentialsHandler(shared, quorum.Controller, waits),
            .. Records(parts, configuration, quorum, services, shared, monitoring),
            .. Topics(parts, configuration, quorum, identity, waits, shared),
            .. Partitions(configuration, quorum, services, waits, shared),
            .. Groups(quorum, services, shared),
            .. Configs(configuration, loggers, certificates, quorum, identity, shared),
            new DescribeClusterHandler(shared, quorum.Metadata, identity),
            new DescribeQuorumHandler(shared, quorum.Raft),
            new UpdateFeaturesHandler(shared, quorum.Controller),
            new UnregisterBrokerHandler(shared, quorum.Controller),
            .. Acls(quorum, waits, shared),
            new InitProducerIdHandler(shared, new ProducerIds(quorum.Controller, quorum.Metadata, identity.BrokerId)),
        ]);
        apiVersions.Announce(catalog);
        var requests = new RequestDispatcher(catalog, shared);
        return authentication is null ? requests : authentication.Guard(requests, catalog, shared);
    }

    private static IEnumerable<ApiHandler> Records(
        BrokerParts parts, LiveConfiguration configuration, BrokerQuorum quorum, BrokerServices services, HandlerServices shared, BrokerMonitoring monitoring)
    {
        var settings = configuration.Settings<ReplicationSettings>();
        var sessions = new FetchSessionCache(settings.Current.MaxIncrementalFetchSessionCacheSlots, parts.Random, parts.Time);
        monitoring.Observe(sessions);
        yield return new ProduceHandler(shared.For(ApiKey.Produce), services.Replicas, quorum.Metadata);
        yield return new FetchHandler(shared, services.Replicas, quorum.Metadata, sessions, settings);
        yield return new ListOffsetsHandler(shared, services.Replicas, quorum.Metadata);
        yield return new OffsetForLeaderEpochHandler(shared, services.Replicas, quorum.Metadata);
        yield return new DeleteRecordsHandler(shared, services.Replicas, quorum.Metadata);
        yield return new DescribeLogDirsHandler(shared, services.Replicas);
        yield return new AlterReplicaLogDirsHandler(shared, services.Replicas, quorum.Metadata);
    }

    private static IEnumerable<ApiHandler> Topics(
        BrokerParts parts, LiveConfiguration configuration, BrokerQuorum quorum, ClusterIdentity identity, MetadataWaits waits, HandlerServices shared)
    {
        var settings = configuration.Settings<ControllerSettings>();
        var autoCreation = new AutoTopicCreation(
            quorum.Controller, settings, parts.Loggers.CreateLogger("kafka.server.DefaultAutoTopicCreationManager"));
        yield return new MetadataHandler(shared, quorum.Metadata, autoCreation, identity);
        yield return new CreateTopicsHandler(shared, quorum.Controller, waits, configuration);
        yield return new DeleteTopicsHandler(shared, quorum.Controller, quorum.Metadata, waits, settings);
        yield return new CreatePartitionsHandler(shared, quorum.Controller, waits);
    }

    private static IEnumerable<ApiHandler> Configs(
        LiveConfiguration configuration, ILoggerLevels loggers, IListenerCertificates certificates, BrokerQuorum quorum, ClusterIdentity identity, HandlerServices shared)
    {
        var preprocessing = new ConfigPreprocessing(quorum.Metadata, configuration, loggers, certificates, identity);
        yield return new DescribeConfigsHandler(shared, quorum.Metadata, configuration, loggers, identity);
        yield return new AlterConfigsHandler(shared, quorum.Controller, preprocessing);
        yield return new IncrementalAlterConfigsHandler(shared, quorum.Controller, preprocessing);
        yield return new ListConfigResourcesHandler(shared, quorum.Metadata);
    }

    private static IEnumerable<ApiHandler> Partitions(
        LiveConfiguration configuration, BrokerQuorum quorum, BrokerServices services, MetadataWaits waits, HandlerServices shared)
    {
        yield return new DescribeTopicPartitionsHandler(shared, quorum.Metadata, configuration.Settings<ReplicationSettings>());
        yield return new ElectLeadersHandler(shared, quorum.Controller, waits);
        yield return new AlterPartitionReassignmentsHandler(shared, quorum.Controller);
        yield return new ListPartitionReassignmentsHandler(shared, quorum.Controller);
        yield return new DescribeProducersHandler(shared, services.Replicas, quorum.Metadata);
    }

    private static IEnumerable<ApiHandler> Groups(BrokerQuorum quorum, BrokerServices services, HandlerServices shared)
    {
        yield return new FindCoordinatorHandler(shared, services.Groups, quorum.Metadata, services.InternalTopics);
        yield return new JoinGroupHandler(shared, services.Groups);
        yield return new SyncGroupHandler(shared, services.Groups);
        yield return new HeartbeatHandler(shared, services.Groups);
        yield return new LeaveGroupHandler(shared, services.Groups);
        yield return new OffsetCommitHandler(shared, services.Groups, quorum.Metadata);
        yield return new OffsetFetchHandler(shared, services.Groups, quorum.Metadata);
        yield return new DescribeGroupsHandler(shared, services.Groups);
        yield return new ListGroupsHandler(shared, services.Groups);
        yield return new DeleteGroupsHandler(shared, services.Groups);
        yield return new OffsetDeleteHandler(shared, services.Groups, quorum.Metadata);
    }

    private static IEnumerable<ApiHandler> Acls(BrokerQuorum quorum, MetadataWaits waits, HandlerServices shared)
    {
        yield return new CreateAclsHandler(shared, quorum.Controller, waits);
        yield return new DescribeAclsHandler(shared, quorum.Metadata);
        yield return new DeleteAclsHandler(shared, quorum.Controller, waits);
    }
}
