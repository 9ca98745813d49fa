namespace Kafka.Modular.Spi.Security;

/// <summary>Who a client is, as a mechanism has found out.</summary>
/// <param name="Name">Its name, from which the principal is made.</param>
/// <param name="Groups">Groups it belongs to; empty when the mechanism knows none.</param>
/// <param name="ExpiresAt">When what it showed ends to be valid; null if it does not (KIP-368).</param>
/// <param name="IsToken">Whether it showed a delegation token instead of a credential of its own (KIP-48).</param>
public sealed record SaslIdentity(string Name, IReadOnlyList<string> Groups, DateTimeOffset? ExpiresAt = null, bool IsToken = false)
{
    /// <summary>Somebody without groups whose credential does not end.</summary>
    /// <param name="name">The name.</param>
    public static SaslIdentity Of(string name) => new(name, []);
}
