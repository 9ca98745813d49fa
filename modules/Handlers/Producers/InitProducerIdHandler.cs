using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Producers;

/// <summary>
/// InitProducerId: a producer id for an idempotent producer (KIP-98). Transactions are not coordinated by this version: the error for a transactional id is
/// not retriable.
/// </summary>
public sealed class InitProducerIdHandler(HandlerServices services, ProducerIds producerIds) : Handler<InitProducerIdRequest, InitProducerIdResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<InitProducerIdResponse> HandleAsync(RequestContext context, InitProducerIdRequest request)
    {
        if (request.TransactionalId is not null)
        {
            return OnError(context, request, request.TransactionalId.Length == 0 ? ErrorCode.InvalidRequest : ErrorCode.TransactionalIdAuthorizationFailed);
        }

        if ((request.ProducerId.Value == -1) != (request.ProducerEpoch == -1))
        {
            // Both or neither (KIP-360).
            return OnError(context, request, ErrorCode.InvalidRequest);
        }

        var (error, producerId) = await producerIds.NextAsync(context.Cancellation);
        return error == ErrorCode.None
            ? new InitProducerIdResponse { ProducerId = new ProducerId(producerId), ProducerEpoch = 0 }
            : OnError(context, request, error);
    }

    /// <inheritdoc/>
    protected override InitProducerIdResponse OnError(RequestContext context, InitProducerIdRequest request, ErrorCode error)
        => new() { ErrorCode = error, ProducerId = new ProducerId(-1), ProducerEpoch = -1 };
}
