namespace Kafka.Modular.Metadata.Configs;

/// <summary>What a configuration belongs to.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Name">The name; empty for the default of all brokers.</param>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name)
{
    /// <summary>The default of all brokers.</summary>
    public static ConfigResource DefaultBroker => new(ConfigResourceType.Broker, "");

    /// <summary>A topic.</summary>
    public static ConfigResource Topic(string name) => new(ConfigResourceType.Topic, name);

    /// <summary>One broker.</summary>
    public static ConfigResource Broker(int id) =>
        new(ConfigResourceType.Broker, id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A group.</summary>
    public static ConfigResource Group(string id) => new(ConfigResourceType.Group, id);

    /// <summary>A subscription of client metrics.</summary>
    public static ConfigResource ClientMetrics(string name) => new(ConfigResourceType.ClientMetrics, name);
}
