using System.Collections.Immutable;
using Kafka.Modular.Metadata.Collections;

namespace Kafka.Modular.Metadata.Quotas;

/// <summary>The quotas of one entity. Immutable, any thread.</summary>
public sealed class ClientQuotaImage : IEquatable<ClientQuotaImage>
{
    internal ClientQuotaImage(ImmutableDictionary<string, double> values) => Values = values;

    /// <summary>No quota.</summary>
    public static ClientQuotaImage Empty { get; } = new(ImmutableDictionary.Create<string, double>(StringComparer.Ordinal));

    /// <summary>The values by quota key, such as <c>producer_byte_rate</c> in bytes a second.</summary>
    public ImmutableDictionary<string, double> Values { get; }

    /// <inheritdoc/>
    public bool Equals(ClientQuotaImage? other) => other is not null && Values.ContentEquals(other.Values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClientQuotaImage);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Count;
}
