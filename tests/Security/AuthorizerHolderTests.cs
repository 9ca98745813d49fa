using System.Net;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security;

public sealed class AuthorizerHolderTests
{
    private static readonly Uuid s_first = new(1, 1);
    private static readonly Uuid s_second = new(2, 2);

    [Test]
    public void An_authorizer_gets_everything_first_and_changes_then()
    {
        var authorizer = new Recording();
        var holder = new AuthorizerHolder(authorizer);
        var image = Apply(holder, MetadataImage.Empty, delta => delta.Replay(Record(s_first, "a")));
        Apply(holder, image, delta =>
        {
            delta.Replay(Record(s_second, "b"));
            delta.Replay(new RemoveAccessControlEntryRecord { Id = s_first });
        });

        Assert.That(authorizer.Calls, Is.EqualTo(new[] { "load a", "remove a add b" }));
    }

    [Test]
    public void The_next_authorizer_has_all_acls_before_it_is_asked()
    {
        var holder = new AuthorizerHolder(new Recording());
        var image = Apply(holder, MetadataImage.Empty, delta => delta.Replay(Record(s_first, "a")));
        var next = new Recording();
        var access = new AccessControl(holder, audit: null);
        Assert.That(holder.Replace(next), Is.Not.SameAs(next));
        Apply(holder, image, delta => delta.Replay(Record(s_second, "b")));

        Assert.That(next.Calls, Is.EqualTo(new[] { "load a", "remove  add b" }));
        access.Allows(new ClientIdentity(KafkaPrincipal.Anonymous, [], IPAddress.Loopback, "PLAINTEXT"), AclOperation.Read, ResourceType.Topic, "t");
        Assert.That(next.Calls[^1], Is.EqualTo("asked t"));
    }

    [Test]
    public void One_that_fails_to_take_the_acls_does_not_come_into_force()
    {
        var first = new Recording();
        var holder = new AuthorizerHolder(first);
        Assert.That(() => holder.Replace(new Recording { Fails = true }), Throws.InvalidOperationException);
        Assert.That(holder.Current, Is.SameAs(first));
    }

    private static MetadataImage Apply(AuthorizerHolder holder, MetadataImage image, Action<MetadataDelta> replay)
    {
        var delta = new MetadataDelta(image);
        replay(delta);
        var after = delta.Apply(MetadataProvenance.Empty with { LastContainedOffset = image.Provenance.LastContainedOffset + 1 });
        holder.OnAcls(delta.Acls!, after.Acls);
        return after;
    }

    private static AccessControlEntryRecord Record(Uuid id, string name) => new()
    {
        Id = id, ResourceType = 2, ResourceName = name, PatternType = 3, Principal = "User:alice", Host = "*", Operation = 3, PermissionType = 3,
    };

    private sealed class Recording : IAclAuthorizer
    {
        public List<string> Calls { get; } = [];

        public bool Fails { get; init; }

        public bool Authorize(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName)
        {
            Calls.Add($"asked {resourceName}");
            return true;
        }

        public bool AuthorizeByResourceType(ClientIdentity client, AclOperation operation, ResourceType resourceType) => true;

        public void Load(IReadOnlyCollection<AclBinding> bindings)
        {
            if (Fails)
                throw new InvalidOperationException();
            Calls.Add($"load {Names(bindings)}");
        }

        public void Change(IReadOnlyCollection<AclBinding> removed, IReadOnlyCollection<AclBinding> added) => Calls.Add($"remove {Names(removed)} add {Names(added)}");

        public AclExplanation Explain(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName) => new(IsAllowed: true, AclRule.SuperUser);

        private static string Names(IEnumerable<AclBinding> bindings) => string.Join(',', bindings.Select(static binding => binding.ResourceName));
    }
}
