namespace Kafka.Modular.Configuration.Sources;

/// <summary>Where a value comes from. A later member wins over an earlier one.</summary>
public enum ConfigurationOriginKind
{
    /// <summary>The key's default.</summary>
    Default,

    /// <summary>The configuration that counts when the server is started without a file.</summary>
    BuiltIn,

    /// <summary>A YAML or properties file.</summary>
    File,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>Code or the command line, which started the server with this value.</summary>
    Given,

    /// <summary>A dynamic default for all brokers.</summary>
    Cluster,

    /// <summary>A dynamic value for this broker.</summary>
    Broker,

    /// <summary>The configuration of one topic, group or subscription.</summary>
    Resource,
}

/// <summary>Where a value comes from, for messages to an operator.</summary>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="Name">File, environment variable or resource.</param>
/// <param name="Line">Line in the file, from 1; 0 elsewhere.</param>
public readonly record struct ConfigurationOrigin(ConfigurationOriginKind Kind, string Name = "", int Line = 0)
{
    /// <summary>The key's default.</summary>
    public static ConfigurationOrigin Default => new(ConfigurationOriginKind.Default);

    /// <summary>The place in words: <c>server.yaml:12</c>, <c>environment variable KAFKA_NODE_ID</c>, <c>default</c>.</summary>
    public override string ToString() => Kind switch
    {
        ConfigurationOriginKind.Default => "default",
        ConfigurationOriginKind.BuiltIn => "built-in configuration",
        ConfigurationOriginKind.File => Line > 0 ? $"{Name}:{Line}" : Name,
        ConfigurationOriginKind.Environment => $"environment variable {Name}",
        ConfigurationOriginKind.Given => Name.Length > 0 ? Name : "given at start",
        ConfigurationOriginKind.Cluster => "dynamic default of the cluster",
        ConfigurationOriginKind.Broker => "dynamic value of this broker",
        _ => Name,
    };
}
