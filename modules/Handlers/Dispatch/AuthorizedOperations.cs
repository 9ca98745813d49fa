namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>
/// The bit fields of what a principal may do (KIP-430): bit n is the ACL operation of number n. While no authorizer is set everybody may do all that
/// a resource knows.
/// </summary>
internal static class AuthorizedOperations
{
    /// <summary>What the field holds when it was not asked for.</summary>
    public const int NotRequested = int.MinValue;

    /// <summary>Read, delete, describe, describe and alter configs.</summary>
    public const int OnGroup = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);

    /// <summary>Read, write, create, delete, alter, describe, describe and alter configs.</summary>
    public const int OnTopic = (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 10) | (1 << 11);

    /// <summary>Create, alter, describe, cluster action, describe and alter configs, idempotent write.</summary>
    public const int OnCluster = (1 << 5) | (1 << 7) | (1 << 8) | (1 << 9) | (1 << 10) | (1 << 11) | (1 << 12);
}
