namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>Every metric that this server has.</summary>
public static class MetricCatalog
{
    /// <summary>The metrics by subject, in the order of the documentation.</summary>
    public static IReadOnlyList<(string Subject, IReadOnlyList<MetricDefinition> Metrics)> Subjects { get; } =
    [
        ("Topics", [.. BrokerTopicDefinitions.All]),
        ("Requests", [.. RequestDefinitions.All]),
        ("Connections", [.. SocketDefinitions.All]),
        ("Authorizer", [.. AuthorizerDefinitions.All]),
        ("Replicas", [.. ReplicaDefinitions.All]),
        ("Logs", [.. LogDefinitions.All]),
        ("Controller", [.. ControllerDefinitions.All]),
        ("Quorum", [.. RaftDefinitions.All]),
        ("Groups", [.. GroupDefinitions.All]),
        ("Cluster", [.. ClusterDefinitions.All]),
        ("Plugins", [.. PluginDefinitions.All]),
        ("Process and runtime", [.. ProcessDefinitions.All]),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<MetricDefinition> All => Subjects.SelectMany(static subject => subject.Metrics);
}
