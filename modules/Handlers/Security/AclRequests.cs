using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Security;

/// <summary>What the requests about ACLs have in common.</summary>
internal static class AclRequests
{
    /// <summary>Without an authorizer there are no ACLs to speak of; with one the client needs the operation on the cluster.</summary>
    public static Refusal Check(HandlerServices services, RequestContext context, AclOperation operation)
    {
        if (!services.Access.IsEnabled)
        {
            return new Refusal(
                ErrorCode.SecurityDisabled, operation == AclOperation.Describe ? "No Authorizer is configured on the broker" : "No Authorizer is configured.");
        }

        return services.Access.CheckCluster(context, operation);
    }

    /// <summary>A refusal of the whole request; what failed unforeseen is not told.</summary>
    public static Refusal RefusalOf(ErrorCode error) => new(error, error == ErrorCode.UnknownServerError ? null : error.Info().Message);
}
