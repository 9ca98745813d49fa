namespace Kafka.Modular.Core.Tls;

/// <summary>Where a key and its certificates come from, by Kafka's keys: a file (<c>ssl.keystore.location</c>), or PEM text (KIP-651).</summary>
public sealed class KeyStoreSource : IEquatable<KeyStoreSource>
{
    /// <summary><c>ssl.keystore.type</c>: PEM, PKCS12, or null and Kafka's default JKS, which leave it to the content.</summary>
    public string? Type { get; init; }

    /// <summary><c>ssl.keystore.location</c>.</summary>
    public string? Location { get; init; }

    /// <summary><c>ssl.keystore.password</c>.</summary>
    public string? Password { get; init; }

    /// <summary><c>ssl.keystore.key</c>, PEM text.</summary>
    public string? Key { get; init; }

    /// <summary><c>ssl.keystore.certificate.chain</c>, PEM text.</summary>
    public string? CertificateChain { get; init; }

    /// <summary><c>ssl.key.password</c>.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>Whether nothing is configured: there is no key store.</summary>
    public bool IsEmpty => Location is null && Key is null && CertificateChain is null;

    /// <inheritdoc/>
    public bool Equals(KeyStoreSource? other) =>
        other is not null && (Type, Location, Password, Key, CertificateChain, KeyPassword)
            == (other.Type, other.Location, other.Password, other.Key, other.CertificateChain, other.KeyPassword);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KeyStoreSource);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Location, Password, Key, CertificateChain, KeyPassword);

    /// <summary>Where it is, nothing of what is in it.</summary>
    public override string ToString() => Location ?? (IsEmpty ? "none" : "ssl.keystore.certificate.chain");
}
