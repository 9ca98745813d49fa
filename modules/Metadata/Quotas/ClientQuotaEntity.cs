using Kafka.Modular.Metadata.Collections;

namespace Kafka.Modular.Metadata.Quotas;

/// <summary>Whom a quota is for: up to one name for each of <c>user</c>, <c>client-id</c> and <c>ip</c> (KIP-546). Immutable, any thread.</summary>
public sealed class ClientQuotaEntity : IEquatable<ClientQuotaEntity>
{
    /// <summary>Entity type of users.</summary>
    public const string User = "user";

    /// <summary>Entity type of client ids.</summary>
    public const string ClientId = "client-id";

    /// <summary>Entity type of addresses.</summary>
    public const string Ip = "ip";

    /// <param name="components">Type and name; a null name is the default of the type. Their order does not count.</param>
    public ClientQuotaEntity(IEnumerable<KeyValuePair<string, string?>> components) =>
        Components = ValueList.From(components.OrderBy(component => component.Key, StringComparer.Ordinal));

    /// <summary>Type and name, ordered by type; a null name is the default of the type.</summary>
    public ValueList<KeyValuePair<string, string?>> Components { get; }

    /// <summary>Whether there is a component of a type, and its name; null is the default of the type.</summary>
    public bool TryGet(string type, out string? name)
    {
        foreach (var component in Components)
        {
            if (component.Key == type)
            {
                name = component.Value;
                return true;
            }
        }

        name = null;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(ClientQuotaEntity? other) => other is not null && Components == other.Components;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClientQuotaEntity);

    /// <inheritdoc/>
    public override int GetHashCode() => Components.GetHashCode();

    /// <summary>As in tools: <c>user=alice, client-id=&lt;default&gt;</c>.</summary>
    public override string ToString() =>
        string.Join(", ", Components.Select(component => $"{component.Key}={component.Value ?? "<default>"}"));
}
