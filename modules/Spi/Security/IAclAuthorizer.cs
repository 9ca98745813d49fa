namespace Kafka.Modular.Spi.Security;

/// <summary>
/// An authorizer that decides by the ACLs of the cluster's metadata. <see cref="Load"/> and <see cref="Change"/> are called from one thread at a time, in the order of the
/// metadata; decisions are asked for meanwhile, and see either what was before or what is after.
/// </summary>
public interface IAclAuthorizer : IAuthorizer
{
    /// <summary>Every ACL that there is; replaces what was known.</summary>
    /// <param name="bindings">The ACLs.</param>
    void Load(IReadOnlyCollection<AclBinding> bindings);

    /// <summary>ACLs that came and went.</summary>
    /// <param name="removed">Those that are gone; each was loaded or added before.</param>
    /// <param name="added">Those that are new.</param>
    void Change(IReadOnlyCollection<AclBinding> removed, IReadOnlyCollection<AclBinding> added);

    /// <summary>Why <see cref="IAuthorizer.Authorize"/> answers as it does; for the audit log, so it may allocate, but must not block.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">What it wants to do.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    AclExplanation Explain(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName);
}
