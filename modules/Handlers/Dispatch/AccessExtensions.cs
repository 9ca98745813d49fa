using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>What the checks of several handlers have in common. What is checked, and what is answered, stands in each handler.</summary>
internal static class AccessExtensions
{
    /// <summary>
    /// Takes those out of a list to whose resource the client may not do this, and gives them. Asks once for each name, whatever the number of its mentions.
    /// </summary>
    public static IReadOnlyList<T> TakeRefused<T>(
        this AccessControl access, RequestContext context, AclOperation operation, ResourceType type, List<T> resources, Func<T, string> nameOf, bool logsDenial = true)
    {
        if (!access.IsEnabled)
        {
            return [];
        }

        var names = new AllowedNames(access, context, operation, type, logsDenial);
        var refused = resources.FindAll(resource => !names.Allows(nameOf(resource)));
        resources.RemoveAll(resource => !names.Allows(nameOf(resource)));
        return refused;
    }

    /// <summary>
    /// Why the client may not do this to the cluster, or that it may. Kafka names the request and the permission where the operation is the whole request's.
    /// </summary>
    public static Refusal CheckCluster(this AccessControl access, RequestContext context, AclOperation operation)
        => access.AllowsOnCluster(context.Identity, operation)
            ? Refusal.None
            : new Refusal(
                ErrorCode.ClusterAuthorizationFailed,
                $"Request {MessageCatalog.Api(context.ApiKey).Name}(connectionId={context.Connection.Id}, session=Session({context.Principal},{context.ClientHost}), "
                + $"listenerName=ListenerName({context.Connection.Listener.Name})) needs {NameOf(operation)} permission.");

    /// <summary>The operation as Kafka writes it: <c>DESCRIBE_CONFIGS</c>.</summary>
    private static string NameOf(AclOperation operation)
    {
        var name = new StringBuilder();
        foreach (var letter in operation.ToString())
        {
            if (char.IsUpper(letter) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToUpperInvariant(letter));
        }

        return name.ToString();
    }
}
