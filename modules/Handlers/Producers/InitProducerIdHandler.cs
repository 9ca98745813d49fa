using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

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
        if (Refuse(context, request) is not ErrorCode.None and var refusal)
        {
            return OnError(context, request, refusal);
        }

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

    /// <summary>Who may write to any topic may be an idempotent producer (KIP-679), others need the permission for it.</summary>
    private ErrorCode Refuse(RequestContext context, InitProducerIdRequest request)
    {
        var access = Services.Access;
        if (request.TransactionalId is null)
        {
            return access.AllowsOnCluster(context.Identity, AclOperation.IdempotentWrite, logsDenial: false)
                || access.AllowsOnAny(context.Identity, AclOperation.Write, ResourceType.Topic)
                ? ErrorCode.None
                : ErrorCode.ClusterAuthorizationFailed;
        }

        return access.Allows(context.Identity, AclOperation.Write, ResourceType.TransactionalId, request.TransactionalId)
            && (!request.Enable2Pc || access.Allows(context.Identity, AclOperation.TwoPhaseCommit, ResourceType.TransactionalId, request.TransactionalId))
            ? ErrorCode.None
            : ErrorCode.TransactionalIdAuthorizationFailed;
    }

    /// <inheritdoc/>
    protected override InitProducerIdResponse OnError(RequestContext context, InitProducerIdRequest request, ErrorCode error)
        => new() { ErrorCode = error, ProducerId = new ProducerId(-1), ProducerEpoch = -1 };
}
