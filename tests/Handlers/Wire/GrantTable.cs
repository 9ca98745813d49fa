using Kafka.Modular.Authorizer.Acl;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Handlers.Tests.Wire;

/// <summary>The authorizer of Kafka's ACLs, with a table of what whoever has not authenticated may do. At first that is everything.</summary>
internal sealed class GrantTable
{
    private readonly IAclAuthorizer _acls = (IAclAuthorizer)new AclAuthorizerPlugin().CreateAuthorizer(
        new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal)));

    /// <summary>Who decides.</summary>
    public IAuthorizer Authorizer => _acls;

    /// <summary>From now on this is allowed, and nothing else.</summary>
    public void AllowOnly(params IEnumerable<Grant> grants) => _acls.Load([.. grants.Select(static grant => Allow(grant.Operation, grant.Type, grant.Name))]);

    /// <summary>From now on everything is allowed.</summary>
    public void AllowEverything() => _acls.Load(
    [
        .. new[] { ResourceType.Topic, ResourceType.Group, ResourceType.Cluster, ResourceType.TransactionalId }
            .Select(static type => Allow(AclOperation.All, type, AclBinding.Wildcard)),
    ]);

    private static AclBinding Allow(AclOperation operation, ResourceType type, string name)
        => new(type, name, ResourcePatternType.Literal, KafkaPrincipal.Anonymous.ToString(), AclBinding.Wildcard, operation, AclPermission.Allow);
}
