using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>Log lines of the authorizer; event ids 9600 to 9619.</summary>
internal static partial class AuthorizerAclEvents
{
    public const string Category = "org.apache.kafka.metadata.authorizer.StandardAuthorizerData";

    [LoggerMessage(9600, LogLevel.Information, "super.users={SuperUsers}, default result={Default}")]
    public static partial void Configured(this ILogger logger, string superUsers, string @default);
}
