using System.Net;
using Kafka.Modular.Authorizer.Acl;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Plugins.Authorizer;

public sealed class AclAuthorizerTests
{
    private readonly ClientIdentity _alice = Client("alice");

    [Test]
    public void Nobody_but_super_users_may_do_anything_without_acls()
    {
        var authorizer = Create(("super.users", "User:root; User:CN=broker,O=Example ;"));

        Assert.Multiple(() =>
        {
            Assert.That(authorizer.Authorize(Client("root"), AclOperation.Alter, ResourceType.Cluster, AclBinding.ClusterName));
            Assert.That(authorizer.Authorize(Client("CN=broker,O=Example"), AclOperation.ClusterAction, ResourceType.Cluster, AclBinding.ClusterName));
            Assert.That(authorizer.AuthorizeByResourceType(Client("root"), AclOperation.Write, ResourceType.Topic));
            Assert.That(authorizer.Authorize(_alice, AclOperation.Read, ResourceType.Topic, "t"), Is.False);
            Assert.That(authorizer.AuthorizeByResourceType(_alice, AclOperation.Write, ResourceType.Topic), Is.False);
        });
    }

    [Test]
    public void A_super_user_is_not_stopped_by_an_acl_that_forbids()
    {
        var authorizer = Create(("super.users", "User:root"));
        authorizer.Load([Acl(permission: AclPermission.Deny, operation: AclOperation.All, principal: "User:*", name: "*")]);

        Assert.Multiple(() =>
        {
            Assert.That(authorizer.Authorize(Client("root"), AclOperation.Read, ResourceType.Topic, "t"));
            Assert.That(authorizer.AuthorizeByResourceType(Client("root"), AclOperation.Read, ResourceType.Topic));
        });
    }

    [Test]
    public void Everybody_may_use_a_resource_without_acls_where_that_is_configured_and_nobody_else_one_that_has_some()
    {
        var authorizer = Create(("allow.everyone.if.no.acl.found", "true"));
        authorizer.Load([Acl(principal: "User:bob")]);

        Assert.Multiple(() =>
        {
            Assert.That(authorizer.Authorize(_alice, AclOperation.Write, ResourceType.Topic, "other"));
            Assert.That(authorizer.Authorize(_alice, AclOperation.Read, ResourceType.Topic, "t"), Is.False);
            Assert.That(authorizer.Authorize(Client("bob"), AclOperation.Read, ResourceType.Topic, "t"));
        });
    }

    [Test]
    public void What_forbids_is_stronger_than_what_permits_whatever_the_pattern()
    {
        var authorizer = Create();
        authorizer.Load([Acl(name: "orders-1"), Acl(name: "ord", pattern: ResourcePatternType.Prefixed, permission: AclPermission.Deny), Acl(name: "*")]);

        Assert.Multiple(() =>
        {
            Assert.That(authorizer.Authorize(_alice, AclOperation.Read, ResourceType.Topic, "orders-1"), Is.False);
            Assert.That(authorizer.Authorize(_alice, AclOperation.Read, ResourceType.Topic, "payments"));
        });
    }

    [TestCase(AclOperation.Read, AclOperation.Describe, true)]
    [TestCase(AclOperation.Write, AclOperation.Describe, true)]
    [TestCase(AclOperation.Delete, AclOperation.Describe, true)]
    [TestCase(AclOperation.Alter, AclOperation.Describe, true)]
    [TestCase(AclOperation.AlterConfigs, AclOperation.DescribeConfigs, true)]
    [TestCase(AclOperation.All, AclOperation.TwoPhaseCommit, true)]
    [TestCase(AclOperation.Create, AclOperation.Describe, false)]
    [TestCase(AclOperation.Describe, AclOperation.Read, false)]
    [TestCase(AclOperation.AlterConfigs, AclOperation.Describe, false)]
    [TestCase(AclOperation.Write, AclOperation.IdempotentWrite, false)]
    public void Permission_implies_what_it_implies_in_Kafka(AclOperation permitted, AclOperation asked, bool isAllowed)
    {
        var authorizer = Create();
        authorizer.Load([Acl(operation: permitted)]);

        Assert.That(authorizer.Authorize(_alice, asked, ResourceType.Topic, "t"), Is.EqualTo(isAllowed));
    }

    [Test]
    public void A_prohibition_implies_nothing()
    {
        var authorizer = Create();
        authorizer.Load([Acl(operation: AclOperation.Read, permission: AclPermission.Deny), Acl(operation: AclOperation.Describe)]);

        Assert.That(authorizer.Authorize(_alice, AclOperation.Describe, ResourceType.Topic, "t"));
    }

    [Test]
    public void Groups_of_a_client_are_principals()
    {
        var authorizer = Create(("super.users", "Group:operators"));
        authorizer.Load([Acl(principal: "Group:analysts")]);

        Assert.Multiple(() =>
        {
            Assert.That(authorizer.Authorize(Client("dave", "analysts"), AclOperation.Read, ResourceType.Topic, "t"));
            Assert.That(authorizer.Authorize(Client("erin", "operators"), AclOperation.Alter, ResourceType.Topic, "t"));
            Assert.That(authorizer.Authorize(Client("analysts"), AclOperation.Read, ResourceType.Topic, "t"), Is.False);
        });
    }

    [TestCase("10.1.2.3", "10.1.2.3", true)]
    [TestCase("10.1.2.3", "10.1.2.4", false)]
    [TestCase("0:0:0:0:0:0:0:1", "::1", true)]
    [TestCase("::1", "::1", true)]
    [TestCase("10", "0.0.0.10", false)]
    [TestCase("*", "fe80::1", true)]
    public void Hosts_are_addresses_in_the_form_of_Java_or_of_the_RFC(string host, string address, bool isAllowed)
    {
        var authorizer = Create();
        authorizer.Load([Acl(host: host)]);
        var client = new ClientIdentity(new KafkaPrincipal(KafkaPrincipal.UserType, "alice"), [], IPAddress.Parse(address), "PLAINTEXT");

        Assert.That(authorizer.Authorize(client, AclOperation.Read, ResourceType.Topic, "t"), Is.EqualTo(isAllowed));
    }

    [Test]
    public void A_permission_for_some_topic_counts_unless_a_prohibition_covers_it()
    {
        var authorizer = Create();
        authorizer.Load([Acl(name: "orders", operation: AclOperation.Write)]);
        Assert.That(authorizer.AuthorizeByResourceType(_alice, AclOperation.Write, ResourceType.Topic));

        authorizer.Change([], [Acl(name: "ord", pattern: ResourcePatternType.Prefixed, operation: AclOperation.Write, permission: AclPermission.Deny)]);
        Assert.That(authorizer.AuthorizeByResourceType(_alice, AclOperation.Write, ResourceType.Topic), Is.False);

        authorizer.Change([], [Acl(name: "*", operation: AclOperation.All)]);
        Assert.That(authorizer.AuthorizeByResourceType(_alice, AclOperation.Write, ResourceType.Topic));
    }

    [Test]
    public void A_decision_made_before_allocates_nothing()
    {
        var authorizer = Create();
        authorizer.Load([.. Enumerable.Range(0, 1000).Select(index => Acl(name: $"t{index}", principal: $"User:u{index % 50}")), Acl()]);
        for (var round = 0; round < 100; round++)
            Ask(authorizer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
            Ask(authorizer);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void More_decisions_than_the_cache_holds_stay_right()
    {
        var authorizer = Create();
        authorizer.Load([Acl(name: "even", pattern: ResourcePatternType.Prefixed)]);
        for (var round = 0; round < 2; round++)
        {
            for (var index = 0; index < DecisionCache.Capacity + 1000; index++)
            {
                var name = $"{(index % 2 == 0 ? "even" : "odd")}-{index}";
                if (authorizer.Authorize(_alice, AclOperation.Read, ResourceType.Topic, name) != (index % 2 == 0))
                    Assert.Fail(name);
            }
        }
    }

    [Test]
    public void A_denial_is_explained_by_the_acl_that_forbids_or_the_nearest_that_would_have_permitted()
    {
        var authorizer = Create();
        var otherHost = Acl(host: "10.9.9.9");
        var otherUser = Acl(principal: "User:bob");
        authorizer.Load([otherUser, otherHost, Acl(name: "unrelated", principal: "User:bob")]);

        var explanation = authorizer.Explain(_alice, AclOperation.Read, ResourceType.Topic, "t");
        Assert.That(explanation, Is.EqualTo(new AclExplanation(IsAllowed: false, AclRule.NoMatchingAcl, Decisive: null, otherHost, AclDifferences.Host)));
        Assert.That(explanation.RuleText, Is.EqualTo("DefaultDeny"));

        var forbidding = Acl(operation: AclOperation.All, permission: AclPermission.Deny);
        authorizer.Change([], [forbidding]);
        explanation = authorizer.Explain(_alice, AclOperation.Read, ResourceType.Topic, "t");
        Assert.That(explanation, Is.EqualTo(new AclExplanation(IsAllowed: false, AclRule.MatchingAcl, forbidding)));
        Assert.That(
            explanation.RuleText,
            Is.EqualTo("MatchingAcl(acl=StandardAcl(resourceType=TOPIC, resourceName=t, patternType=LITERAL, principal=User:alice, host=*, operation=ALL, permissionType=DENY))"));
    }

    [Test]
    public void A_super_user_without_a_type_is_refused() =>
        Assert.That(() => Create(("super.users", "User:root;admin")), Throws.TypeOf<PluginException>().With.Message.Contains("'admin'"));

    private void Ask(AclAuthorizer authorizer)
    {
        authorizer.Authorize(_alice, AclOperation.Read, ResourceType.Topic, "t");
        authorizer.Authorize(_alice, AclOperation.Write, ResourceType.Topic, "t7");
        authorizer.AuthorizeByResourceType(_alice, AclOperation.Write, ResourceType.Topic);
    }

    private static AclBinding Acl(
        string name = "t",
        ResourcePatternType pattern = ResourcePatternType.Literal,
        string principal = "User:alice",
        string host = "*",
        AclOperation operation = AclOperation.Read,
        AclPermission permission = AclPermission.Allow) => new(ResourceType.Topic, name, pattern, principal, host, operation, permission);

    private static AclAuthorizer Create(params (string Key, string Value)[] settings) => (AclAuthorizer)new AclAuthorizerPlugin().CreateAuthorizer(
        new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, settings.ToDictionary(setting => setting.Key, setting => setting.Value)));

    private static ClientIdentity Client(string name, params string[] groups) =>
        new(new KafkaPrincipal(KafkaPrincipal.UserType, name), groups, IPAddress.Loopback, "PLAINTEXT");
}
