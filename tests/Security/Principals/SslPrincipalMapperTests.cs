using Kafka.Modular.Security.Principals;

namespace Kafka.Modular.Security.Tests.Principals;

/// <summary>Rules of KIP-371 and what they make of names.</summary>
public sealed class SslPrincipalMapperTests
{
    private const string Rules = """
        RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/,
        RULE:^CN=(.*?),OU=(.*?),O=(.*?),L=(.*?),ST=(.*?),C=(.*?)$/$1@$2/L ,
        RULE:^cn=(.*?),ou=(.*?),dc=(.*?),dc=(.*?)$/$1@$2/U,
        RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/U,
        DEFAULT
        """;

    [TestCase("CN=Duke,OU=ServiceUsers,O=Org,C=US", "Duke")]
    [TestCase("CN=Duke,OU=SME,O=mycp,L=Fulton,ST=MD,C=US", "duke@sme")]
    [TestCase("cn=duke,ou=sme,dc=mycp,dc=com", "DUKE@SME")]
    [TestCase("O=mycp,CN=duke,C=US", "DUKE")]
    [TestCase("O=mycp,C=US", "O=mycp,C=US")]
    public void The_first_rule_that_matches_counts(string name, string expected) =>
        Assert.That(SslPrincipalMapper.Parse(Rules).Map(name), Is.EqualTo(expected));

    [TestCase("DEFAULT", "CN=a", "CN=a")]
    [TestCase(" DEFAULT , ", "CN=a", "CN=a")]
    [TestCase("RULE:CN=(\\w+)/$1@$2/", "CN=a", "a@$2")]
    [TestCase("RULE:CN=(\\w+)/$12/", "CN=a", "a2")]
    [TestCase("RULE:CN=(\\w+)\\/x/\\$1\\/$1/", "CN=a/x", "$1/a")]
    [TestCase("RULE:.*/x/", "CN=a", "xx")]
    [TestCase("RULE:CN=(.)(.),O=b,c/$2$1/,DEFAULT", "CN=ab,O=b,c", "ba")]
    [TestCase("RULE:CN=A/Ä/L", "CN=A", "ä")]
    [TestCase("RULE:CN=(a)/$0-$1/", "CN=a", "CN=a-a")]
    public void Replacements_are_those_of_Java(string rules, string name, string expected) =>
        Assert.That(SslPrincipalMapper.Parse(rules).Map(name), Is.EqualTo(expected));

    [TestCase("RULE:CN=(.*),O=x/$1/", "CN=a,O=y")]
    [TestCase("RULE:CN=a/x/", "CN=ab")]
    [TestCase("", "CN=a")]
    public void A_name_that_no_rule_matches_has_no_user(string rules, string name) =>
        Assert.That(SslPrincipalMapper.Parse(rules).Map(name), Is.Null);

    [TestCase("default", "'default' is no rule; expected RULE:pattern/replacement/[LU] or DEFAULT")]
    [TestCase("DEFAULT/L", "'/L' is too much; expected a comma or the end")]
    [TestCase("RULE:CN=(.*?),OU=ServiceUsers.*/$1", "'RULE:$1' has no end; expected RULE:pattern/replacement/[LU]")]
    [TestCase("RULE:CN=(.*?)/$1/LU", "'U' is too much; expected a comma or the end")]
    [TestCase("RULE:a/b/ RULE:c/d/", "'RULE:c/d/' is too much; expected a comma or the end")]
    [TestCase("RULE:(/$1/", "the pattern '(' cannot be read")]
    public void What_cannot_be_read_is_named(string rules, string message) =>
        Assert.That(() => SslPrincipalMapper.Parse(rules), Throws.TypeOf<FormatException>().With.Message.StartsWith(message));
}
