using Kafka.Modular.Core.Tests.Tls;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Security;

/// <summary>Certificates that a broker is to take from its dynamic configuration (KIP-226): what a listener could not use is refused with INVALID_REQUEST, and nothing changes.</summary>
internal sealed class CertificateConfigTests : BrokerFixture
{
    private const sbyte BrokerType = 4;
    private const string Prefix = "listener.name.secure.";

    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-").FullName;
    private readonly TestAuthority _authority = new("CN=Test CA");

    protected override Dictionary<string, string> Configuration
    {
        get
        {
            WriteKey("broker.pem", "CN=broker");
            Write("ca.pem", _authority.Pem);
            return new(StringComparer.Ordinal)
            {
                ["listeners"] = "PLAINTEXT://localhost:0,SECURE://localhost:0,CONTROLLER://localhost:0",
                ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,SECURE:SSL,CONTROLLER:PLAINTEXT",
                [Prefix + "ssl.keystore.location"] = At("broker.pem"),
                [Prefix + "ssl.truststore.location"] = At("ca.pem"),
            };
        }
    }

    [TearDown]
    public void Remove()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase("ssl.keystore.location", "nowhere.pem", "nowhere.pem")]
    [TestCase("ssl.keystore.location", "rubbish.pem", "ssl.keystore.location")]
    [TestCase("ssl.keystore.location", "ca.pem", "ssl.keystore.location")]
    [TestCase("ssl.keystore.location", "other.pem", "ssl.allow.dn.changes")]
    [TestCase("ssl.keystore.location", "late.pem", "expired")]
    [TestCase("ssl.truststore.location", "nowhere.pem", "nowhere.pem")]
    [TestCase("ssl.truststore.location", "rubbish.pem", "ssl.truststore.location")]
    public async Task Stores_that_cannot_be_used_are_refused_and_nothing_changes(string key, string file, string reason)
    {
        Write("rubbish.pem", "what is this");
        WriteKey("other.pem", "CN=somebody else");
        WriteKey("late.pem", "CN=broker", DateTimeOffset.UtcNow.AddHours(-1));
        foreach (var validateOnly in new[] { true, false })
        {
            var incremental = await AlterAsync(validateOnly, (Prefix + key, At(file)));
            var whole = await ReplaceAsync(validateOnly, (Prefix + key, At(file)));
            Assert.That((incremental.ErrorCode, whole.ErrorCode), Is.EqualTo((ErrorCode.InvalidRequest, ErrorCode.InvalidRequest)));
            Assert.That(incremental.ErrorMessage, Does.StartWith("Invalid value org.apache.kafka.common.config.ConfigException: Validation of dynamic config update of SSLFactory failed: ")
                .And.Contains(reason).And.EndsWith(" for configuration Invalid dynamic configuration"));
            Assert.That(whole.ErrorMessage, Is.EqualTo(incremental.ErrorMessage));
        }

        Assert.That(await DynamicKeysAsync(), Is.Empty);
    }

    [Test]
    public async Task A_password_that_is_wrong_is_not_told()
    {
        using var certificate = _authority.Issue("CN=broker");
        File.WriteAllBytes(At("broker.p12"), certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12, "right"));
        var response = await AlterAsync(false, (Prefix + "ssl.keystore.location", At("broker.p12")), (Prefix + "ssl.keystore.password", "wr0ng-s3cret"));
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(response.ErrorMessage, Does.Contain("password").And.Not.Contain("s3cret"));
        Assert.That((await AlterAsync(false, (Prefix + "ssl.keystore.location", At("broker.p12")), (Prefix + "ssl.keystore.password", "right"))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => (await DynamicKeysAsync()).Count == 2);
    }

    [Test]
    public async Task Good_stores_are_taken_and_other_keys_do_not_look_at_files()
    {
        WriteKey("next.pem", "CN=broker");
        Assert.That((await AlterAsync(true, (Prefix + "ssl.keystore.location", At("next.pem")))).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(await DynamicKeysAsync(), Is.Empty);
        Assert.That((await AlterAsync(false, (Prefix + "ssl.keystore.location", At("next.pem")))).ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => await DynamicKeysAsync() is [Prefix + "ssl.keystore.location"]);
        Write("next.pem", "gone bad");
        Assert.That((await AlterAsync(false, ("log.cleaner.backoff.ms", "12345"))).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    private string At(string file) => Path.Combine(_folder, file);

    private void Write(string file, string text) => File.WriteAllText(At(file), text);

    private void WriteKey(string file, string subject, DateTimeOffset? until = null)
    {
        using var certificate = _authority.Issue(subject, until: until);
        Write(file, TestAuthority.KeyStorePem(certificate, _authority));
    }

    private async Task<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse> AlterAsync(bool validateOnly, params (string Key, string Value)[] configs)
    {
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = BrokerType, ResourceName = "1" };
        resource.Configs.AddRange(configs.Select(static config => new IncrementalAlterConfigsRequest.AlterableConfig { Name = config.Key, Value = config.Value }));
        return (await Client.SendAsync(new IncrementalAlterConfigsRequest { ValidateOnly = validateOnly, Resources = [resource] })).Responses.Single();
    }

    private async Task<AlterConfigsResponse.AlterConfigsResourceResponse> ReplaceAsync(bool validateOnly, params (string Key, string Value)[] configs)
    {
        var resource = new AlterConfigsRequest.AlterConfigsResource { ResourceType = BrokerType, ResourceName = "1" };
        resource.Configs.AddRange(configs.Select(static config => new AlterConfigsRequest.AlterableConfig { Name = config.Key, Value = config.Value }));
        return (await Client.SendAsync(new AlterConfigsRequest { ValidateOnly = validateOnly, Resources = [resource] })).Responses.Single();
    }

    private async Task<List<string>> DynamicKeysAsync()
    {
        const sbyte OfThisBroker = 2;
        var response = await Client.SendAsync(new DescribeConfigsRequest { Resources = [new() { ResourceType = BrokerType, ResourceName = "1" }] });
        return [.. response.Results.Single().Configs.Where(static config => config.ConfigSource == OfThisBroker).Select(static config => config.Name).Order(StringComparer.Ordinal)];
    }
}
