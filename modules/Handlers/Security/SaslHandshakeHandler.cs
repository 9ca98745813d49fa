using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Security;

/// <summary>
/// SaslHandshake where authentication is neither under way nor can begin: on listeners without SASL, and too soon after the last time. What begins authentication
/// goes to <see cref="AuthenticationGate"/>.
/// </summary>
public sealed class SaslHandshakeHandler(HandlerServices services) : Handler<SaslHandshakeRequest, SaslHandshakeResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<SaslHandshakeResponse> HandleAsync(RequestContext context, SaslHandshakeRequest request)
        => ValueTask.FromResult(OnError(context, request, ErrorCode.IllegalSaslState));

    /// <inheritdoc/>
    protected override SaslHandshakeResponse OnError(RequestContext context, SaslHandshakeRequest request, ErrorCode error) => new() { ErrorCode = error };
}
