using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Security;

/// <summary>SaslAuthenticate where no token is expected. Tokens of authentication go to <see cref="AuthenticationGate"/>.</summary>
public sealed class SaslAuthenticateHandler(HandlerServices services) : Handler<SaslAuthenticateRequest, SaslAuthenticateResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<SaslAuthenticateResponse> HandleAsync(RequestContext context, SaslAuthenticateRequest request)
    {
        var response = OnError(context, request, ErrorCode.IllegalSaslState);
        response.ErrorMessage = "SaslAuthenticate request received after successful authentication";
        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override SaslAuthenticateResponse OnError(RequestContext context, SaslAuthenticateRequest request, ErrorCode error)
        => new() { ErrorCode = error, ErrorMessage = error.Info().Message };
}
