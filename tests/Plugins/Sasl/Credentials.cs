using System.Net;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Plugins.Tests.Sasl;

/// <summary>Credentials that a test gives.</summary>
internal sealed class Credentials : ICredentialStore
{
    public Dictionary<string, string> Passwords { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ScramCredential> Scram { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, TokenCredential> Tokens { get; } = new(StringComparer.Ordinal);

    public SaslExchangeContext Context => new("TEST", IPAddress.Loopback, IsEncrypted: false, this, "secret"u8.ToArray());

    public ValueTask<PasswordCheck> CheckPasswordAsync(string user, string password, CancellationToken cancellationToken)
        => new(!Passwords.TryGetValue(user, out var known) ? PasswordCheck.UnknownUser : known == password ? PasswordCheck.Accepted : PasswordCheck.WrongPassword);

    public ValueTask<ScramCredential?> FindScramAsync(string mechanism, string user, CancellationToken cancellationToken) => new(Scram.GetValueOrDefault(user));

    public ValueTask<TokenCredential?> FindTokenAsync(string mechanism, string tokenId, CancellationToken cancellationToken) => new(Tokens.GetValueOrDefault(tokenId));
}
