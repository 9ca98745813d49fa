namespace Kafka.Modular.Core.Tls;

/// <summary>Where trusted certificates come from, by Kafka's keys: a file (<c>ssl.truststore.location</c>), or PEM text (KIP-651).</summary>
public sealed class TrustStoreSource : IEquatable<TrustStoreSource>
{
    /// <summary><c>ssl.truststore.type</c>: PEM, PKCS12, or null and Kafka's default JKS, which leave it to the content.</summary>
    public string? Type { get; init; }

    /// <summary><c>ssl.truststore.location</c>.</summary>
    public string? Location { get; init; }

    /// <summary><c>ssl.truststore.password</c>.</summary>
    public string? Password { get; init; }

    /// <summary><c>ssl.truststore.certificates</c>, PEM text.</summary>
    public string? Certificates { get; init; }

    /// <summary>Whether nothing is configured: what the system trusts is trusted.</summary>
    public bool IsEmpty => Location is null && Certificates is null;

    /// <inheritdoc/>
    public bool Equals(TrustStoreSource? other) =>
        other is not null && (Type, Location, Password, Certificates) == (other.Type, other.Location, other.Password, other.Certificates);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TrustStoreSource);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Location, Password, Certificates);

    /// <summary>Where it is, nothing of what is in it.</summary>
    public override string ToString() => Location ?? (IsEmpty ? "none" : "ssl.truststore.certificates");
}
