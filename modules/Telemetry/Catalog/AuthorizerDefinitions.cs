namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>What the authorizer decides (KIP-877). There where there is one.</summary>
public static class AuthorizerDefinitions
{
    private const string Bean = "kafka.server:type=plugins,config=*,class=*,role=*#";

    /// <summary>ACLs that there are.</summary>
    public static MetricDefinition Acls { get; } = MetricDefinition.OfKafka(Bean + "acls-total-count", MetricKind.Gauge, "ACLs that there are.");

    /// <summary>Decisions a minute.</summary>
    public static MetricDefinition Requests { get; } = MetricDefinition.OfKafka(Bean + "authorization-request-rate-per-minute", MetricKind.Gauge, "Decisions a minute, over the last 30 to 60 seconds.");

    /// <summary>Decisions a minute that something is allowed.</summary>
    public static MetricDefinition Allowed { get; } = MetricDefinition.OfKafka(Bean + "authorization-allowed-rate-per-minute", MetricKind.Gauge, "Of these, those that allow.");

    /// <summary>Decisions a minute that something is denied.</summary>
    public static MetricDefinition Denied { get; } = MetricDefinition.OfKafka(Bean + "authorization-denied-rate-per-minute", MetricKind.Gauge, "Of these, those that deny.");

    internal static IEnumerable<MetricDefinition> All => [Acls, Requests, Allowed, Denied];
}
