using System.Text;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.SamplePlugin;

/// <summary>One login: the client's only message is authorization id, name and password, with zero bytes between them.</summary>
/// <param name="users">Who may log in.</param>
internal sealed class SampleExchange(SampleUsers users) : ISaslExchange
{
    // Tells which version let somebody in.
    private static readonly string s_group = $"sample-{typeof(SampleExchange).Assembly.GetName().Version!.Major}";

    public ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        var parts = Encoding.UTF8.GetString(token.Span).Split('\0');
        if (parts is not [_, { Length: > 0 } user, var password])
            return new(SaslStep.Fail("the client's message is not one of PLAIN"));
        return new(users.Check(user, password)
            ? SaslStep.Succeed(new SaslIdentity(user, [s_group]), default)
            : SaslStep.Fail($"unknown user or wrong password: '{user}'", "Authentication failed: Invalid username or password"));
    }

    public void Dispose()
    {
    }
}
