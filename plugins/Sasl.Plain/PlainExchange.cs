using System.Text;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Sasl.Plain;

/// <summary>One login with PLAIN. What a client is told is what Kafka tells it.</summary>
internal sealed class PlainExchange(ICredentialStore credentials) : ISaslExchange
{
    private const int Parts = 3;

    public async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        // authzid NUL authcid NUL passwd
        var parts = Encoding.UTF8.GetString(token.Span).Split('\0', Parts + 1);
        if (parts.Length != Parts)
        {
            var message = $"Invalid SASL/PLAIN response: expected {Parts} tokens, got {parts.Length}";
            return SaslStep.Fail($"the message has {parts.Length} parts, not an authorization id, a name and a password", message);
        }

        var (authorizationId, user, password) = (parts[0], parts[1], parts[2]);
        if (user.Length == 0)
            return SaslStep.Fail("the client gave no user name", "Authentication failed: username not specified", "set username in the client's JAAS configuration");
        if (password.Length == 0)
            return SaslStep.Fail($"the client gave no password for user '{user}'", "Authentication failed: password not specified", "set password in the client's JAAS configuration");
        var check = await CheckAsync(user, password, cancellationToken);
        if (check is null)
            return SaslStep.Fail($"the password of user '{user}' could not be compared", "Authentication failed: credentials for user could not be verified", "look at the credential stores of the listener");
        if (check != PasswordCheck.Accepted)
        {
            return check == PasswordCheck.UnknownUser
                ? Refuse($"user '{user}' is not known", "add it to listener.name.<listener>.plain.sasl.jaas.config or to a credential store (plugins.credentials)")
                : Refuse($"wrong password for user '{user}'", null);
        }

        return authorizationId.Length > 0 && !string.Equals(authorizationId, user, StringComparison.Ordinal)
            ? SaslStep.Fail(
                $"user '{user}' asked for another authorization id",
                "Authentication failed: Client requested an authorization id that is different from username",
                "authorization ids other than the user name are not supported, as in Kafka")
            : SaslStep.Succeed(SaslIdentity.Of(user), default);
    }

    public void Dispose()
    {
    }

    private static SaslStep Refuse(string cause, string? hint) => SaslStep.Fail(cause, "Authentication failed: Invalid username or password", hint);

    // Null when the store has failed.
    private async ValueTask<PasswordCheck?> CheckAsync(string user, string password, CancellationToken cancellationToken)
    {
        try
        {
            return await credentials.CheckPasswordAsync(user, password, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return null;
        }
    }
}
