using Kafka.Modular.Metadata.Acls;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Security.Authorization;

/// <summary>
/// The authorizer in force, which another one can take the place of at any time. Feeds it with the ACLs of the metadata; a new one gets all of them before it is asked
/// anything. <see cref="Current"/> from any thread; changes are taken one after the other.
/// </summary>
public sealed class AuthorizerHolder
{
    private readonly Lock _lock = new();
    private readonly Counter _allowed = new();
    private readonly Counter _denied = new();
    private volatile IAuthorizer _current;
    private AclsImage _acls = AclsImage.Empty;

    /// <summary>Creates the holder.</summary>
    /// <param name="authorizer">The first authorizer.</param>
    public AuthorizerHolder(IAuthorizer authorizer) => _current = authorizer;

    /// <summary>The authorizer in force.</summary>
    public IAuthorizer Current => _current;

    /// <summary>Decisions that allowed something.</summary>
    public long Allowed => _allowed.Value;

    /// <summary>Decisions that denied something.</summary>
    public long Denied => _denied.Value;

    /// <summary>ACLs in the metadata.</summary>
    public int AclCount
    {
        get
        {
            lock (_lock)
                return _acls.Entries.Count;
        }
    }

    /// <summary>Has the authorizer in force decide, and counts what it decides.</summary>
    /// <param name="authorizer">The authorizer in force.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="operation">What it wants to do.</param>
    /// <param name="resourceType">Kind of resource.</param>
    /// <param name="resourceName">Its whole name.</param>
    internal bool Decide(IAuthorizer authorizer, ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName)
    {
        var isAllowed = authorizer.Authorize(client, operation, resourceType, resourceName);
        (isAllowed ? _allowed : _denied).Increment();
        return isAllowed;
    }

    /// <summary>Takes over a change of the metadata's ACLs.</summary>
    /// <param name="delta">What changed.</param>
    /// <param name="image">What is in force now.</param>
    public void OnAcls(AclsDelta delta, AclsImage image)
    {
        lock (_lock)
        {
            _acls = image;
            if (_current is not IAclAuthorizer authorizer)
                return;
            if (delta.Before.IsEmpty)
            {
                // The first time, and what was known of an earlier life is gone.
                authorizer.Load(BindingsOf(image));
                return;
            }

            var removed = new List<AclBinding>();
            var added = new List<AclBinding>();
            foreach (var (id, entry) in delta.Changes)
            {
                if (delta.Before.Entries.TryGetValue(id, out var before))
                    removed.Add(before.ToBinding());
                if (entry is not null)
                    added.Add(entry.ToBinding());
            }

            authorizer.Change(removed, added);
        }
    }

    /// <summary>Puts another authorizer in force, with the ACLs of this moment.</summary>
    /// <param name="authorizer">The next authorizer. If it throws when it is given the ACLs, the one before stays.</param>
    /// <returns>The one before; requests under way may still ask it.</returns>
    public IAuthorizer Replace(IAuthorizer authorizer)
    {
        lock (_lock)
        {
            if (authorizer is IAclAuthorizer next)
                next.Load(BindingsOf(_acls));
            var before = _current;
            _current = authorizer;
            return before;
        }
    }

    private static List<AclBinding> BindingsOf(AclsImage image) => [.. image.Entries.Values.Select(static entry => entry.ToBinding())];
}
