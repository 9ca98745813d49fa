using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Server.Plugins;

/// <summary>An authorizer with what holds its code. Disposed once nobody asks it any more.</summary>
/// <param name="authorizer">The authorizer.</param>
/// <param name="code">Lets the code go.</param>
internal sealed class AuthorizerGeneration(IAuthorizer authorizer, IDisposable code) : IDisposable
{
    public IAuthorizer Authorizer { get; } = authorizer;

    public void Dispose()
    {
        (Authorizer as IDisposable)?.Dispose();
        code.Dispose();
    }
}
