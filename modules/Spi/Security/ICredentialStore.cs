namespace Kafka.Modular.Spi.Security;

/// <summary>
/// Where mechanisms find what they compare with. Used from any thread, many at a time. What it answers for a user that does not exist takes as long as
/// for one that does.
/// </summary>
public interface ICredentialStore
{
    /// <summary>Compares a password with that of a user, in a time that does not depend on how much of it is right.</summary>
    /// <param name="user">Name of the user.</param>
    /// <param name="password">The password as the client sent it.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone or takes too long.</param>
    ValueTask<PasswordCheck> CheckPasswordAsync(string user, string password, CancellationToken cancellationToken);

    /// <summary>The SCRAM credential of a user, or null when it has none for this mechanism.</summary>
    /// <param name="mechanism"><c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>.</param>
    /// <param name="user">Name of the user.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone or takes too long.</param>
    ValueTask<ScramCredential?> FindScramAsync(string mechanism, string user, CancellationToken cancellationToken);

    /// <summary>The credential that a delegation token stands for (KIP-48), or null when there is no such token. A store without tokens need not implement it.</summary>
    /// <param name="mechanism"><c>SCRAM-SHA-256</c> or <c>SCRAM-SHA-512</c>.</param>
    /// <param name="tokenId">The token's id.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone or takes too long.</param>
    ValueTask<TokenCredential?> FindTokenAsync(string mechanism, string tokenId, CancellationToken cancellationToken) => default;
}
