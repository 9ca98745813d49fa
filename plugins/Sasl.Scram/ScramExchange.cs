using System.Text;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Sasl.Scram;

/// <summary>
/// One login with SCRAM. A user that does not exist gets a salt as well, the same each time, and fails where a wrong password does: neither the messages nor the
/// work tell which of the two it was.
/// </summary>
/// <param name="algorithm">The hash.</param>
/// <param name="context">Who logs in where.</param>
/// <param name="serverNonce">This side's half of the nonce.</param>
internal sealed class ScramExchange(ScramAlgorithm algorithm, SaslExchangeContext context, string serverNonce) : ISaslExchange
{
    private const int SaltBytes = 32;

    private ClientFirstMessage? _first;
    private string _serverFirst = "";
    private ScramCredential? _credential;
    private string? _missing;
    private SaslIdentity? _identity;

    public async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        var message = Encoding.UTF8.GetString(token.Span);
        return _first is null ? await FirstAsync(message, cancellationToken) : Final(message);
    }

    public void Dispose() => _credential = null;

    private async ValueTask<SaslStep> FirstAsync(string message, CancellationToken cancellationToken)
    {
        _first = ClientFirstMessage.TryParse(message);
        if (_first is null)
            return SaslStep.Fail("the client's first message is not one of SCRAM", hint: "user names outside of ASCII are not supported, as in Kafka");
        if (_first.AuthorizationId.Length > 0 && !string.Equals(_first.AuthorizationId, _first.User, StringComparison.Ordinal))
        {
            return SaslStep.Fail(
                $"user '{_first.User}' asked for another authorization id",
                "Authentication failed: Client requested an authorization id that is different from username",
                "authorization ids other than the user name are not supported, as in Kafka");
        }

        await FindAsync(_first, cancellationToken);
        if (_credential!.Iterations < ScramAlgorithm.LowestIterations)
        {
            return SaslStep.Fail(
                $"the credential of user '{_first.User}' has {_credential.Iterations} iterations, less than {ScramAlgorithm.LowestIterations}",
                hint: "store the user's password again");
        }

        _serverFirst = $"r={_first.Nonce}{serverNonce},s={Convert.ToBase64String(_credential.Salt.Span)},i={_credential.Iterations}";
        return SaslStep.Continue(Encoding.UTF8.GetBytes(_serverFirst));
    }

    private async ValueTask FindAsync(ClientFirstMessage first, CancellationToken cancellationToken)
    {
        // For everybody, so that it takes no longer for those that need it.
        var imagined = Imagined(first.User);
        if (first.IsToken)
        {
            var token = await context.Credentials.FindTokenAsync(algorithm.Mechanism, first.User, cancellationToken);
            _credential = token?.Scram;
            _identity = token is null ? null : new SaslIdentity(token.Owner, [], token.ExpiresAt, IsToken: true);
            _missing = $"there is no delegation token '{first.User}'";
        }
        else
        {
            _credential = await context.Credentials.FindScramAsync(algorithm.Mechanism, first.User, cancellationToken);
            _identity = _credential is null ? null : SaslIdentity.Of(first.User);
            _missing = $"user '{first.User}' has no credential for {algorithm.Mechanism}";
        }

        _credential ??= imagined;
    }

    private SaslStep Final(string message)
    {
        if (ClientFinalMessage.TryParse(message) is not { } final)
            return SaslStep.Fail("the client's final message is not one of SCRAM");
        if (!IsNonce(final.Nonce))
            return SaslStep.Fail("the client's final message has another nonce");
        var authMessage = Encoding.UTF8.GetBytes($"{_first!.Bare},{_serverFirst},{final.WithoutProof}");
        var isRight = algorithm.Verifies(_credential!.StoredKey.Span, authMessage, final.Proof);
        var signature = algorithm.Hmac(_credential.ServerKey.Span, authMessage);
        if (_identity is null)
            return SaslStep.Fail(_missing!, hint: $"kafka-configs --alter --add-config '{algorithm.Mechanism}=[password=…]' --entity-type users --entity-name NAME adds one");
        return isRight
            ? SaslStep.Succeed(_identity, Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(signature)}"))
            : SaslStep.Fail($"wrong password for user '{_first.User}'");
    }

    // librdkafka before 2.6.1 puts the client's half in front once more. That weakens nothing: the proof is over the server's first message, which has both halves.
    private bool IsNonce(string nonce)
    {
        var both = _first!.Nonce + serverNonce;
        return string.Equals(nonce, both, StringComparison.Ordinal) || string.Equals(nonce, _first.Nonce + both, StringComparison.Ordinal);
    }

    private ScramCredential Imagined(string user) => new(
        Imagined("salt", user, SaltBytes), Imagined("stored key", user, algorithm.Length), Imagined("server key", user, algorithm.Length), ScramAlgorithm.LowestIterations);

    private ReadOnlyMemory<byte> Imagined(string what, string user, int length)
        => ScramAlgorithm.Sha512.Hmac(context.ServerSecret.Span, Encoding.UTF8.GetBytes($"{what}\0{algorithm.Mechanism}\0{user}")).AsMemory(0, length);
}
