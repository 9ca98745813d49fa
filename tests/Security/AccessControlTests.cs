using System.Net;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security;

public sealed class AccessControlTests
{
    private const int Known = (1 << (int)AclOperation.Read) | (1 << (int)AclOperation.Describe) | (1 << (int)AclOperation.Alter);

    private static readonly ClientIdentity s_client = new(new KafkaPrincipal(KafkaPrincipal.UserType, "alice"), [], IPAddress.Loopback, "PLAINTEXT");

    [Test]
    public void Without_an_authorizer_everything_is_allowed()
    {
        Assert.Multiple(() =>
        {
            Assert.That(AccessControl.Open.IsEnabled, Is.False);
            Assert.That(AccessControl.Open.Allows(s_client, AclOperation.Write, ResourceType.Topic, "t"), Is.True);
            Assert.That(AccessControl.Open.AllowsOnAny(s_client, AclOperation.Write, ResourceType.Topic), Is.True);
            Assert.That(AccessControl.Open.AllowedOperations(s_client, Known, ResourceType.Topic, "t"), Is.EqualTo(Known));
        });
    }

    [Test]
    public void Allowed_operations_are_those_of_the_kind_that_the_authorizer_grants()
    {
        var control = new AccessControl(new Granting(AclOperation.Read, AclOperation.Delete));

        Assert.That(control.AllowedOperations(s_client, Known, ResourceType.Topic, "t"), Is.EqualTo(1 << (int)AclOperation.Read));
    }

    private sealed class Granting(params AclOperation[] granted) : IAuthorizer
    {
        public bool Authorize(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName) => granted.Contains(operation);

        public bool AuthorizeByResourceType(ClientIdentity client, AclOperation operation, ResourceType resourceType) => granted.Contains(operation);
    }
}
