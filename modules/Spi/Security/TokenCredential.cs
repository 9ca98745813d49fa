namespace Kafka.Modular.Spi.Security;

/// <summary>What a delegation token stands for (KIP-48). Never printed.</summary>
/// <param name="scram">The credential whose password is the token's HMAC.</param>
/// <param name="owner">Name of the user that whoever shows the token is.</param>
/// <param name="expiresAt">When the token ends to be valid.</param>
public sealed class TokenCredential(ScramCredential scram, string owner, DateTimeOffset expiresAt)
{
    /// <summary>The credential whose password is the token's HMAC.</summary>
    public ScramCredential Scram { get; } = scram;

    /// <summary>Name of the user that whoever shows the token is.</summary>
    public string Owner { get; } = owner;

    /// <summary>When the token ends to be valid.</summary>
    public DateTimeOffset ExpiresAt { get; } = expiresAt;
}
