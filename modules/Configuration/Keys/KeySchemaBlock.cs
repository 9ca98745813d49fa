namespace Kafka.Modular.Configuration.Keys;

/// <summary>One <c>settings</c> block of a configuration schema: the keys of one settings record.</summary>
public sealed record KeySchemaBlock
{
    /// <summary>Name of the settings record.</summary>
    public required string Name { get; init; }

    /// <summary>Module that owns the keys.</summary>
    public required string Module { get; init; }

    /// <summary>What the keys belong to.</summary>
    public required ConfigurationScope Scope { get; init; }

    /// <summary>Whether the keys are this server's own and not Kafka's.</summary>
    public bool IsOwn { get; init; }

    /// <summary>What the block is about, from the comment before it.</summary>
    public string Title { get; init; } = "";

    /// <summary>File that the block is in.</summary>
    public string File { get; init; } = "";

    /// <summary>The keys, in the file's order, with the line of each.</summary>
    public IReadOnlyList<(ConfigurationKey Key, int Line)> Keys { get; init; } = [];
}
