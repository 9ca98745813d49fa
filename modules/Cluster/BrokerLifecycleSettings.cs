using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Features;

namespace Kafka.Modular.Cluster;

/// <summary>What this broker registers with, and its times in milliseconds. Names are those of Kafka's configuration.</summary>
public sealed record BrokerLifecycleSettings
{
    /// <summary><c>node.id</c>.</summary>
    public required int BrokerId { get; init; }

    /// <summary>The cluster's id.</summary>
    public required string ClusterId { get; init; }

    /// <summary>Another one for each start of the process.</summary>
    public required Uuid IncarnationId { get; init; }

    /// <summary>Where clients and other brokers reach it.</summary>
    public required IReadOnlyList<RegisteredEndpoint> Endpoints { get; init; }

    /// <summary>The feature levels that it supports.</summary>
    public required IReadOnlyDictionary<string, FeatureRange> Features { get; init; }

    /// <summary><c>broker.rack</c>.</summary>
    public string? Rack { get; init; }

    /// <summary>Ids of its log directories.</summary>
    public IReadOnlyList<Uuid> Directories { get; init; } = [];

    /// <summary>The epoch that it had when it stopped in order, -1 after a crash (KIP-966).</summary>
    public long PreviousEpoch { get; init; } = -1;

    /// <summary><c>broker.heartbeat.interval.ms</c>.</summary>
    public int HeartbeatIntervalMs { get; init; } = 2000;

    /// <summary><c>initial.broker.registration.timeout.ms</c>.</summary>
    public int RegistrationTimeoutMs { get; init; } = 60_000;

    /// <summary>Until a request is sent again that got no answer; doubled each time, up to the heartbeat interval.</summary>
    public int RetryBackoffMs { get; init; } = 100;
}
