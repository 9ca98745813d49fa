using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Cli.Tests.Security;

/// <summary>TLS in both directions: the broker asks for a certificate of the client.</summary>
internal sealed class SslToolsTests() : SecuredToolsTests("SSL")
{
    [Test]
    public async Task A_broker_that_is_not_trusted_is_named()
    {
        using var other = new TestAuthority("CN=Other CA");
        Folder.Write("other.pem", other.Pem);
        var run = await RunAsync("kafka-topics", $"--list --command-config {Properties("untrusting", "other.pem")}");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("SslAuthenticationException: SSL handshake failed with localhost: "));
        Assert.That(run.Error, Does.Contain("CN=Test CA").And.Contain("is not in the trust store"));
    }

    [Test]
    public async Task Without_a_certificate_the_broker_closes_and_the_tool_says_what_may_be_wrong()
    {
        var run = await RunAsync("kafka-topics", $"--list --command-config {Properties("anonymous", "ca.pem", "default.api.timeout.ms=3000")}");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("the broker may ask for a certificate of the client or not accept it (ssl.keystore.location)"));
    }

    [Test]
    public async Task A_client_that_does_not_speak_TLS_gets_nowhere()
    {
        var run = await RunAsync("kafka-topics", $"--list --command-config {Folder.Write("plain.properties", "default.api.timeout.ms=3000\nrequest.timeout.ms=2000")}");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("Timed out after 3000 ms"));
    }

    protected override string CreateAdmin()
    {
        using var certificate = Authority.Issue("CN=admin");
        return Properties("admin", "ca.pem", $"ssl.keystore.location={Folder.Write("admin.pem", TestAuthority.KeyStorePem(certificate))}");
    }

    protected override EmbeddedKafkaOptions Secure(EmbeddedKafkaOptions options) => options with
    {
        Configuration = new Dictionary<string, string>(options.Configuration, StringComparer.Ordinal)
        {
            ["ssl.client.auth"] = "required", ["ssl.truststore.location"] = Path.Combine(Folder.Path, "ca.pem"),
        },
    };

    private string Properties(string name, string trusted, string more = "") => Folder.Write($"{name}.properties", $"""
        security.protocol=SSL
        ssl.truststore.location={Path.Combine(Folder.Path, trusted)}
        {more}
        """);
}
