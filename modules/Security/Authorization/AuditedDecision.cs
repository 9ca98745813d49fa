using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authorization;

/// <summary>A decision as it is recorded.</summary>
/// <param name="IsAllowed">What was decided.</param>
/// <param name="Client">Who asked.</param>
/// <param name="Operation">What it wanted to do.</param>
/// <param name="ResourceType">Kind of resource.</param>
/// <param name="ResourceName">Its whole name.</param>
/// <param name="Request">Name of the API.</param>
internal readonly record struct AuditedDecision(
    bool IsAllowed, ClientIdentity Client, AclOperation Operation, ResourceType ResourceType, string ResourceName, string Request);
