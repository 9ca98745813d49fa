using System.Runtime.CompilerServices;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>
/// Decisions by client, operation and resource: a table of fixed size, where each key has a few places and a newer decision takes that of an older one. A decision
/// that is found costs one hash and no allocation. Any thread, without locks: threads that write the same place lose a decision, nothing else.
/// </summary>
/// <remarks>
/// Clients are compared by reference, as <see cref="ClientIdentity"/> promises; one that is gone is held until its places are taken. The size bounds what is held.
/// </remarks>
internal sealed class DecisionCache
{
    /// <summary>Decisions kept at most.</summary>
    public const int Capacity = 1 << 15;

    // Longer names are rare, and a table full of them would hold too much memory.
    private const int MaxNameLength = 255;
    private const int Ways = 4;
    private const int Sets = Capacity / Ways;

    private readonly Decision?[] _places = new Decision?[Capacity];

    /// <summary>The decision, or null where it has to be made.</summary>
    /// <param name="version">The version of the ACLs that it must have been made under.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">What it wants to do.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its name; null for any of the kind.</param>
    public bool? Find(long version, ClientIdentity client, AclOperation operation, ResourceType resourceType, string? resourceName)
    {
        var first = FirstPlace(client, operation, resourceType, resourceName);
        for (var place = first; place < first + Ways; place++)
        {
            if (Volatile.Read(ref _places[place]) is { } decision && decision.Version == version && decision.IsFor(client, operation, resourceType, resourceName))
                return decision.IsAllowed;
        }

        return null;
    }

    /// <summary>Keeps a decision.</summary>
    /// <returns>The decision.</returns>
    public bool Keep(long version, ClientIdentity client, AclOperation operation, ResourceType resourceType, string? resourceName, bool isAllowed)
    {
        if (resourceName?.Length > MaxNameLength)
            return isAllowed;
        var first = FirstPlace(client, operation, resourceType, resourceName);
        var chosen = -1;
        for (var place = first; place < first + Ways && chosen < 0; place++)
        {
            if (_places[place] is not { } there || there.Version != version)
                chosen = place;
        }

        if (chosen < 0)
        {
            // The oldest leaves.
            chosen = first + Ways - 1;
            for (var place = chosen; place > first; place--)
                Volatile.Write(ref _places[place], _places[place - 1]);
            chosen = first;
        }

        Volatile.Write(ref _places[chosen], new Decision(version, client, operation, resourceType, resourceName, isAllowed));
        return isAllowed;
    }

    private static int FirstPlace(ClientIdentity client, AclOperation operation, ResourceType resourceType, string? resourceName)
    {
        var hash = (uint)HashCode.Combine(RuntimeHelpers.GetHashCode(client), ((int)resourceType << 8) | (int)operation, resourceName?.GetHashCode(StringComparison.Ordinal) ?? 0);
        return (int)(hash % Sets) * Ways;
    }

    private sealed class Decision(long version, ClientIdentity client, AclOperation operation, ResourceType resourceType, string? resourceName, bool isAllowed)
    {
        public long Version { get; } = version;

        public bool IsAllowed { get; } = isAllowed;

        public bool IsFor(ClientIdentity asking, AclOperation wanted, ResourceType type, string? name) =>
            ReferenceEquals(client, asking) && operation == wanted && resourceType == type && string.Equals(resourceName, name, StringComparison.Ordinal);
    }
}
