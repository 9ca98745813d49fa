using System.Net;

namespace Kafka.Modular.Spi.Security;

/// <summary>What an exchange is begun with.</summary>
/// <param name="Listener">Name of the listener, in upper case.</param>
/// <param name="Address">The client's address.</param>
/// <param name="IsEncrypted">Whether the connection is inside TLS.</param>
/// <param name="Credentials">Every credential that counts on this listener for this mechanism.</param>
/// <param name="ServerSecret">
/// Random bytes that stay the same as long as the server runs, over all generations, and are never sent. From them a mechanism makes answers for users that
/// do not exist, the same at each attempt.
/// </param>
public sealed record SaslExchangeContext(
    string Listener, IPAddress Address, bool IsEncrypted, ICredentialStore Credentials, ReadOnlyMemory<byte> ServerSecret)
{
    /// <summary>Where the client is; nothing secret.</summary>
    public override string ToString() => $"{Address} on {Listener}";
}
