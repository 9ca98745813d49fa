namespace Kafka.Modular.Spi.Security;

/// <summary>Why an exchange failed, in two messages.</summary>
/// <param name="Cause">
/// For the log: what is really the matter, such as that there is no such user. It may name the user. Never a password, a key or a token.
/// </param>
/// <param name="ClientMessage">
/// For the client, to whom nothing may be told that a stranger should not know, above all not whether a user exists. Null for Kafka's general message.
/// </param>
/// <param name="Hint">For the log: what an operator can do about it, or null.</param>
public sealed record SaslFailure(string Cause, string? ClientMessage = null, string? Hint = null)
{
    internal static SaslFailure Unexplained { get; } = new("the mechanism gave no reason");
}
