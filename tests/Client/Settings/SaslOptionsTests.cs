using Kafka.Modular.Client.Settings;

namespace Kafka.Modular.Client.Tests.Settings;

internal sealed class SaslOptionsTests
{
    private const string Plain = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private const string Scram = "org.apache.kafka.common.security.scram.ScramLoginModule";

    [TestCase("PLAIN", Plain)]
    [TestCase("SCRAM-SHA-256", Scram)]
    [TestCase("SCRAM-SHA-512", Scram)]
    public void A_login_is_read_and_its_password_is_not_shown(string mechanism, string module)
    {
        var options = ClientOptions.Parse(Properties(mechanism, $"{module} required username=\"alice\" password=\"s3\\\"cret;\";"));
        Assert.That(options.Sasl, Is.Not.Null);
        Assert.That(options.Sasl.Mechanism, Is.EqualTo(mechanism));
        Assert.That(options.Sasl.User, Is.EqualTo("alice"));
        Assert.That(options.Sasl.Password.Reveal(), Is.EqualTo("s3\"cret;"));
        Assert.That(options.ToString(), Does.Contain("alice").And.Not.Contain("s3"));
    }

    [Test]
    public void A_delegation_token_is_a_login() =>
        Assert.That(ClientOptions.Parse(Properties("SCRAM-SHA-256", $"{Scram} required username=\"t\" password=\"s3cret\" tokenauth=true;")).Sasl!.IsToken);

    [TestCase("GSSAPI", Plain + " required username=a password=s3cret;", "Invalid value GSSAPI for configuration sasl.mechanism: this client speaks PLAIN, SCRAM-SHA-256, SCRAM-SHA-512")]
    [TestCase(null, Plain + " required username=a password=s3cret;", "Invalid value GSSAPI for configuration sasl.mechanism")]
    [TestCase("PLAIN", null, "sasl.jaas.config is missing: mechanism PLAIN needs a login")]
    [TestCase("PLAIN", Plain + " required username=a password=s3cret", "sasl.jaas.config cannot be read: ';' is missing")]
    [TestCase("PLAIN", Plain + " required username=a password=s3cret; " + Plain + " required;", "JAAS config property contains 2 login modules, should be 1 module")]
    [TestCase("PLAIN", Plain + " required username=a;", "no username or no password")]
    [TestCase("PLAIN", Plain + " required password=s3cret;", "no username or no password")]
    [TestCase("PLAIN", "com.sun.security.auth.module.Krb5LoginModule required password=s3cret;", "login module that this client does not know")]
    public void A_login_that_cannot_be_used_is_named_without_its_password(string? mechanism, string? jaas, string expected) =>
        Assert.That(
            () => ClientOptions.Parse(Properties(mechanism, jaas)),
            Throws.InstanceOf<ClientConfigurationException>().With.Message.Contains(expected).And.Message.Not.Contains("s3cret"));

    [Test]
    public void A_class_of_Java_cannot_be_loaded() =>
        Assert.That(
            () => ClientOptions.Parse(Properties("PLAIN", "x").With("sasl.login.callback.handler.class", "a.B")),
            Throws.InstanceOf<ClientConfigurationException>().With.Message.Contains("sasl.login.callback.handler.class"));

    [Test]
    public void Without_SASL_its_keys_do_not_matter() =>
        Assert.That(ClientOptions.Parse(Properties("NONE", "x").With("security.protocol", "PLAINTEXT")).Sasl, Is.Null);

    private static ClientProperties Properties(string? mechanism, string? jaas)
    {
        var properties = ClientProperties.Empty.With("bootstrap.servers", "a:1").With("security.protocol", "SASL_PLAINTEXT");
        properties = mechanism is null ? properties : properties.With("sasl.mechanism", mechanism);
        return jaas is null ? properties : properties.With("sasl.jaas.config", jaas);
    }
}
