using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Tls;

/// <summary>
/// kcat and openssl against the real executable over SSL, with certificates made by openssl: what works, and for each way in which it fails what the client sees
/// and what the broker's log says.
/// </summary>
[Category("real")]
[NonParallelizable]
public sealed class TlsTests
{
    private const string Failed = "Failed authentication with ";

    // In TLS 1.3 openssl writes of each ticket that arrives, and the certificate is no longer among the last lines.
    private const string WithoutTickets = "-tls1_2";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly OpenSslFiles _files = new();

    [SetUp]
    public async Task MakeCertificatesAsync()
    {
        await _files.AuthorityAsync("ca");
        await _files.CertificateAsync("broker", "ca");
    }

    [TearDown]
    public void RemoveCertificates() => _files.Dispose();

    [TestCase("TLSv1.2")]
    [TestCase("TLSv1.3")]
    public async Task Kcat_produces_and_consumes_over_each_version(string version)
    {
        await using BrokerProcess broker = Broker($"ssl.enabled.protocols: {version}");
        await broker.StartAsync();

        await AssertCarriesAsync(broker);
        string session = await SessionAsync(broker);
        Assert.That(session, Does.Contain($"{version}, Cipher is").And.Contain("Verify return code: 0 (ok)"));
    }

    [Test]
    public async Task A_PKCS12_store_and_a_chosen_cipher_suite_are_used()
    {
        await _files.CertificateAsync("rsa", "ca", rsa: true);
        await _files.Pkcs12Async("rsa", "ca", "sesame-1");
        await using BrokerProcess broker = new("SSL", $"""
            ssl.keystore.location: {_files["rsa.p12"]}
            ssl.keystore.password: sesame-1
            ssl.cipher.suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]

            """);
        await broker.StartAsync();

        await AssertCarriesAsync(broker);
        Assert.That(await SessionAsync(broker), Does.Contain("TLSv1.2, Cipher is ECDHE-RSA-AES256-GCM-SHA384"));
        Assert.That(broker.Process.Output, Does.Not.Contain("sesame-1"));
    }

    [Test]
    public async Task Intermediate_certificates_are_sent()
    {
        await _files.AuthorityAsync("root");
        await MiddleAsync();
        await _files.CertificateAsync("leaf", "middle");
        await using BrokerProcess broker = new("SSL", $"ssl.keystore.location: {_files["leaf.store.pem"]}\n");
        await broker.StartAsync();

        await AssertCarriesAsync(broker, "root.pem");
    }

    [Test]
    public async Task A_client_with_a_certificate_is_served_and_one_without_is_not()
    {
        await _files.CertificateAsync("alice", "ca");
        await using BrokerProcess broker = Broker("ssl.client.auth: required", $"ssl.truststore.location: {_files["ca.pem"]}");
        await broker.StartAsync();

        await AssertCarriesAsync(broker, "ca.pem", "alice");
        string seen = await KcatFailsAsync(broker, "ca.pem");
        Assert.That(seen, Does.Contain("SSL").Or.Contain("Disconnected"));
        await LoggedAsync(broker, "the client's certificate is refused: no certificate was sent. This listener requires one (ssl.client.auth).");
    }

    [Test]
    public async Task Certificates_of_another_authority_and_expired_ones_are_refused()
    {
        await _files.AuthorityAsync("other");
        await _files.CertificateAsync("mallory", "other");
        await _files.CertificateAsync("late", "ca", until: "20230101000000Z");
        await using BrokerProcess broker = Broker("ssl.client.auth: required", $"ssl.truststore.location: {_files["ca.pem"]}");
        await broker.StartAsync();

        Assert.That(await KcatFailsAsync(broker, "ca.pem", "mallory"), Does.Contain("SSL").Or.Contain("Disconnected"));
        await LoggedAsync(broker, "the client's certificate is refused: the issuer of the certificate of CN=mallory, OU=Kafka, O=Example, CN=other, O=Example, is not in the trust store and was not sent.");
        Assert.That(await KcatFailsAsync(broker, "ca.pem", "late"), Does.Contain("SSL").Or.Contain("Disconnected"));
        await LoggedAsync(broker, "the certificate of CN=late, OU=Kafka, O=Example expired at 2023-01-01 00:00:00 UTC");
    }

    [Test]
    public async Task What_a_client_does_not_trust_is_in_the_log()
    {
        await _files.AuthorityAsync("other");
        await using BrokerProcess broker = Broker();
        await broker.StartAsync();

        Assert.That(await KcatFailsAsync(broker, "other.pem"), Does.Contain("certificate verify failed"));
        await LoggedAsync(broker, "the client does not know the issuer of this listener's certificate. Give that client the issuer in its trust store");
    }

    [Test]
    public async Task A_certificate_for_another_host_is_refused_by_the_client()
    {
        await _files.CertificateAsync("elsewhere", "ca", host: "elsewhere.example");
        await using BrokerProcess broker = new("SSL", $"ssl.keystore.location: {_files["elsewhere.store.pem"]}\n");
        await broker.StartAsync();

        Assert.That(await KcatFailsAsync(broker, "ca.pem"), Does.Contain("certificate verify failed"));
        await LoggedAsync(broker, "the client refuses this listener's certificate. Its log says why");
    }

    [Test]
    public async Task A_client_without_TLS_and_one_with_TLS_at_the_wrong_port_are_named()
    {
        await using BrokerProcess broker = Broker();
        await broker.StartAsync();
        await KcatFailsWithAsync(broker.Bootstrap, "-X", "security.protocol=PLAINTEXT");
        await LoggedAsync(broker, "what came is a Kafka request without TLS. Set security.protocol=SSL or SASL_SSL in that client");

        await using BrokerProcess plain = new();
        await plain.StartAsync();
        await KcatFailsWithAsync(plain.Bootstrap, "-X", "security.protocol=SSL");
        await plain.Process.LineAsync("the line about TLS", static line => line.Contains("It looks like TLS: set security.protocol=PLAINTEXT", StringComparison.Ordinal), s_limit);
    }

    [TestCase("ssl.keystore.location: /nowhere.pem", "ssl.keystore.location: the file /nowhere.pem does not exist")]
    [TestCase("ssl.keystore.location: {late.store.pem}", "ssl.keystore.location: the certificate of CN=late, OU=Kafka, O=Example expired at 2023-01-01 00:00:00 UTC")]
    [TestCase("ssl.keystore.location: {mixed.pem}", "ssl.keystore.location: the private key does not belong to the certificate of CN=broker, OU=Kafka, O=Example")]
    [TestCase("ssl.keystore.location: {broker.p12}\nssl.keystore.password: wrong-1", "ssl.keystore.password: it is not the password of")]
    [TestCase("ssl.keystore.location: {broker.store.pem}\nssl.cipher.suites: RC4", "ssl.cipher.suites: of listener SSL: RC4 is not known")]
    [TestCase("ssl.keystore.location: {broker.store.pem}\nssl.principal.mapping.rules: nonsense", "ssl.principal.mapping.rules: 'nonsense' is no rule")]
    public async Task A_start_that_cannot_succeed_names_key_and_reason(string configuration, string reason)
    {
        await _files.CertificateAsync("late", "ca", until: "20230101000000Z");
        await _files.Pkcs12Async("broker", "ca", "sesame-1");
        await _files.JoinAsync("mixed.pem", "late.key", "broker.pem");
        foreach (string name in new[] { "late.store.pem", "mixed.pem", "broker.p12", "broker.store.pem" })
            configuration = configuration.Replace("{" + name + "}", _files[name], StringComparison.Ordinal);
        await using BrokerProcess broker = new("SSL", configuration + "\n");

        string seen = await broker.FailToStartAsync();
        Assert.That(seen, Does.Contain(reason).And.Not.Contain("wrong-1"));
    }

    [Test]
    public async Task New_certificates_are_taken_while_it_runs([Values] bool bySignal)
    {
        await using BrokerProcess broker = Broker();
        await broker.StartAsync();
        await AssertCarriesAsync(broker);
        string before = await SessionAsync(broker, WithoutTickets);
        int lines = broker.Process.LineCount;
        await _files.CertificateAsync("broker", "ca");
        if (bySignal)
            broker.Process.SendHangup();
        await broker.Process.LineAsync("the new certificate", static line => line.Contains("uses the certificate of CN=broker", StringComparison.Ordinal), s_limit, lines);

        Assert.That(CertificateOf(await SessionAsync(broker, WithoutTickets)), Is.Not.EqualTo(CertificateOf(before)));
        await AssertCarriesAsync(broker);
    }

    [Test]
    public async Task A_key_store_that_is_configured_while_it_runs_is_taken()
    {
        await using BrokerProcess broker = Broker();
        await broker.StartAsync();
        await File.WriteAllTextAsync(_files["client.properties"], $"security.protocol=SSL\nssl.truststore.location={_files["ca.pem"]}\n");
        File.Copy(_files["broker.store.pem"], _files["other.store.pem"]);
        int lines = broker.Process.LineCount;
        await using ChildProcess configs = ChildProcess.Start(
            "kafka-configs", BuildOutput.Program("host/Cli", "kafka-modular"),
            ["kafka-configs", "--bootstrap-server", broker.Bootstrap, "--command-config", _files["client.properties"], "--entity-type", "brokers", "--entity-name", "1", "--alter",
                "--add-config", "listener.name.ssl.ssl.keystore.location=" + _files["other.store.pem"]]);
        int exitCode = await configs.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Zero, configs.Output);

        await broker.Process.LineAsync("the certificate of the new store", static line => line.Contains("uses the certificate of CN=broker", StringComparison.Ordinal), s_limit, lines);
        await AssertCarriesAsync(broker);
    }

    private static string CertificateOf(string session)
    {
        int begin = session.IndexOf("-----BEGIN", StringComparison.Ordinal);
        return session[begin..session.IndexOf("-----END", StringComparison.Ordinal)];
    }

    private static async Task LoggedAsync(BrokerProcess broker, string text) => await broker.Process.LineAsync(
        text, line => line.Contains(Failed, StringComparison.Ordinal) && line.Contains("on listener SSL (SSL handshake failed): ", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal), s_limit);

    private static async Task<string> KcatFailsWithAsync(string bootstrap, params string[] options)
    {
        await using ChildProcess kcat = ChildProcess.Start("kcat -L", "kcat", ["-L", "-b", bootstrap, "-m", "3", .. options]);
        int exitCode = await kcat.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Not.Zero, kcat.Output);
        return kcat.Output;
    }

    private BrokerProcess Broker(params string[] more) => new("SSL", string.Join('\n', [$"ssl.keystore.location: {_files["broker.store.pem"]}", .. more, ""]));

    // An authority under the root, which openssl's "ca" makes from a request.
    private async Task MiddleAsync()
    {
        await using ChildProcess process = ChildProcess.Start(
            "openssl", "openssl",
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", _files["middle.key"], "-out", _files["middle.pem"], "-days", "30",
                "-subj", "/O=Example/CN=middle", "-CA", _files["root.pem"], "-CAkey", _files["root.key"], "-addext", "basicConstraints=critical,CA:TRUE"]);
        int exitCode = await process.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Zero, process.Output);
    }

    private string[] Options(string authority, string? client) =>
    [
        "-X", "security.protocol=SSL", "-X", "ssl.ca.location=" + _files[authority],
        .. client is null ? Array.Empty<string>() : ["-X", "ssl.certificate.location=" + _files[client + ".pem"], "-X", "ssl.key.location=" + _files[client + ".key"]],
    ];

    private Task<string> KcatFailsAsync(BrokerProcess broker, string authority, string? client = null) => KcatFailsWithAsync(broker.Bootstrap, Options(authority, client));

    private async Task AssertCarriesAsync(BrokerProcess broker, string authority = "ca.pem", string? client = null)
    {
        string[] options = Options(authority, client);
        string value = Guid.NewGuid().ToString();
        await using (ChildProcess producer = ChildProcess.Start("kcat -P", "kcat", ["-P", "-b", broker.Bootstrap, "-t", "tls", "-p", "0", "-X", "acks=all", .. options]))
        {
            producer.WriteLine(value);
            producer.WriteLine(new string('x', 300_000));
            producer.CloseInput();
            int exitCode = await producer.ExitAsync(s_limit);
            Assert.That(exitCode, Is.Zero, producer.Output);
        }

        await using ChildProcess consumer = ChildProcess.Start("kcat -C", "kcat", ["-C", "-b", broker.Bootstrap, "-t", "tls", "-p", "0", "-o", "beginning", "-e", "-q", "-f", "%S %s\\n", .. options]);
        int ended = await consumer.ExitAsync(s_limit);
        Assert.That(ended, Is.Zero, consumer.Output);
        Assert.That(consumer.Output, Does.Contain("36 " + value).And.Contain("300000 xxx"));
    }

    private async Task<string> SessionAsync(BrokerProcess broker, params string[] more)
    {
        await using ChildProcess client = ChildProcess.Start(
            "openssl s_client", "openssl", ["s_client", "-connect", broker.Bootstrap, "-servername", "localhost", "-CAfile", _files["ca.pem"], "-verify_hostname", "localhost", .. more]);
        client.CloseInput();
        await client.ExitAsync(s_limit);

        // All of it: openssl writes much of each ticket that arrives.
        return string.Join('\n', client.LinesFrom(0));
    }
}
