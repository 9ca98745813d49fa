using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Describe;

/// <summary>One entry of a reply to DescribeConfigs.</summary>
public sealed record DescribedEntry
{
    /// <summary>The key.</summary>
    public required string Name { get; init; }

    /// <summary>The value in force; null for a secret and where there is none.</summary>
    public required string? Value { get; init; }

    /// <summary>Where it comes from.</summary>
    public required ConfigurationSourceKind Source { get; init; }

    /// <summary>Whether the value is secret.</summary>
    public required bool IsSensitive { get; init; }

    /// <summary>Whether it cannot change while the broker runs.</summary>
    public required bool IsReadOnly { get; init; }

    /// <summary>Type of the value (KIP-569).</summary>
    public required ConfigurationType Type { get; init; }

    /// <summary>One line of help; null where there is none.</summary>
    public required string? Documentation { get; init; }

    /// <summary>Every place that gives the key or another spelling of it a value, the strongest first.</summary>
    public required IReadOnlyList<DescribedSynonym> Synonyms { get; init; }
}

/// <summary>One place that gives a value.</summary>
/// <param name="Name">The key there.</param>
/// <param name="Value">The value; null for a secret.</param>
/// <param name="Source">The place.</param>
public readonly record struct DescribedSynonym(string Name, string? Value, ConfigurationSourceKind Source);
