using Kafka.Modular.Configuration.Describe;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

public sealed class SensitiveNamesTests
{
    [TestCase("ssl.key.password: {s3cret}", "ssl.key.password: expected a secret, found keys below it")]
    [TestCase("ssl:\n  key:\n    password:\n      s3cret: x", "ssl.key.password: expected a secret, found keys below it")]
    [TestCase("listener.name.a.plain.sasl.jaas.config: {s3cret.more: x}", "listener.name.a.plain.sasl.jaas.config: expected a secret, found keys below it")]
    [TestCase("ssl.key.password: {s3cret: {a: *b}}", "ssl.key.password: aliases are not supported")]
    public void What_stands_below_the_key_of_a_secret_is_not_repeated(string text, string expected)
    {
        var problems = NodeConfiguration.Load([YamlReader.Read(text, "server.yaml")], []).Problems.Select(static problem => problem.ToString()).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(problems, Has.Some.Contains(expected));
            Assert.That(problems, Has.None.Contains("s3cret"));
        }
    }

    [TestCase("ssl.keystore.password", true)]
    [TestCase("listener.name.a.ssl.keystore.password", true)]
    [TestCase("listener.name.a.plain.sasl.jaas.config", true)]
    [TestCase("nobody.knows.this", true)]
    [TestCase("num.io.threads", false)]
    [TestCase("listener.name.a.ssl.keystore.location", false)]
    public void A_name_that_nobody_knows_may_be_that_of_a_secret(string name, bool isSensitive) =>
        Assert.That(SensitiveNames.OfBroker(name), Is.EqualTo(isSensitive));
}
