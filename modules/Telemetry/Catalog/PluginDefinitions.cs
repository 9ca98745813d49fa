namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>Plugins that can be replaced while the server runs.</summary>
public static class PluginDefinitions
{
    /// <summary>The generation in use, by kind and id.</summary>
    public static MetricDefinition Generation { get; } = MetricDefinition.Of("kafka_modular_plugin_generation", MetricKind.Gauge, "The generation of a plugin that is in use, from 1.", "kind", "plugin");

    /// <summary>Older generations whose code is still in memory, by kind and id.</summary>
    public static MetricDefinition OldGenerations { get; } = MetricDefinition.Of("kafka_modular_plugin_old_generations", MetricKind.Gauge, "Replaced generations of a plugin whose code is still in memory.", "kind", "plugin");

    /// <summary>Reloads, by their outcome.</summary>
    public static MetricDefinition Reloads { get; } = MetricDefinition.Of("kafka_modular_plugin_reloads_total", MetricKind.Counter, "Reloads of the plugins, by their outcome: done or failed.", "outcome");

    internal static IEnumerable<MetricDefinition> All => [Generation, OldGenerations, Reloads];
}
