using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>Whether a client may do one thing to resources of one kind, asked once for each name. One request uses it.</summary>
internal sealed class AllowedNames(AccessControl access, RequestContext context, AclOperation operation, ResourceType type, bool logsDenial = true)
{
    private readonly Dictionary<string, bool> _asked = new(StringComparer.Ordinal);

    public bool Allows(string name)
    {
        if (!access.IsEnabled)
        {
            return true;
        }

        if (!_asked.TryGetValue(name, out var allowed))
        {
            allowed = access.Allows(context.Identity, operation, type, name, logsDenial);
            _asked.Add(name, allowed);
        }

        return allowed;
    }
}
