using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Core.Tls;

namespace Kafka.Modular.Core.Tests.Tls;

/// <summary>Key and trust stores in the forms of Kafka's keys.</summary>
public sealed class StoreTests : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory();
    private readonly TestAuthority _root = new("CN=Root");
    private readonly TestAuthority _middle;
    private readonly X509Certificate2 _certificate;

    public StoreTests()
    {
        _middle = new TestAuthority("CN=Middle", _root);
        _certificate = _middle.Issue("CN=localhost");
    }

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        _root.Dispose();
        _middle.Dispose();
        _certificate.Dispose();
    }

    [TestCase(null)]
    [TestCase("JKS")]
    [TestCase("PEM")]
    public void A_PEM_file_is_read_with_its_chain(string? type)
    {
        var path = Write("server.pem", TestAuthority.KeyStorePem(_certificate, _middle, _root));

        var store = KeyStore.Load(new KeyStoreSource { Location = path, Type = type }, s_now);

        Assert.That(store.Certificate.Thumbprint, Is.EqualTo(_certificate.Thumbprint));
        Assert.That(store.Certificate.HasPrivateKey);
        Assert.That(store.Issuers.Select(static c => c.Subject), Is.EqualTo(new[] { "CN=Middle", "CN=Root" }));
        Assert.That(store.Context.IntermediateCertificates.Select(static c => c.Subject), Is.EqualTo(new[] { "CN=Middle" }), "the root is not sent");
    }

    [Test]
    public void PEM_text_may_come_in_one_line_and_with_an_RSA_key()
    {
        using var rsa = _middle.Issue("CN=rsa", rsa: true);
        var chain = (rsa.ExportCertificatePem() + "\n" + _middle.Pem).ReplaceLineEndings(" ");

        var store = KeyStore.Load(new KeyStoreSource { Key = TestAuthority.PrivateKeyPem(rsa).ReplaceLineEndings(" "), CertificateChain = chain, Type = "PEM" }, s_now);

        Assert.That(store.Certificate.Thumbprint, Is.EqualTo(rsa.Thumbprint));
        Assert.That(store.Issuers, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_certificate_of_the_key_is_found_wherever_it_stands()
    {
        var path = Write("server.pem", _root.Pem + "\n" + _middle.Pem + "\n" + TestAuthority.KeyStorePem(_certificate));

        Assert.That(KeyStore.Load(new KeyStoreSource { Location = path }, s_now).Certificate.Thumbprint, Is.EqualTo(_certificate.Thumbprint));
    }

    [Test]
    public void An_encrypted_key_wants_its_password()
    {
        var text = TestAuthority.EncryptedPrivateKeyPem(_certificate, "sesame");
        KeyStoreSource Source(string? password) => new() { Key = text, CertificateChain = _certificate.ExportCertificatePem(), KeyPassword = password };

        Assert.That(KeyStore.Load(Source("sesame"), s_now).Certificate.HasPrivateKey);
        AssertRefused(Source(null), "ssl.key.password: is missing; the private key is encrypted");
        AssertRefused(Source("wrong"), "ssl.key.password: it does not decrypt the private key");
    }

    [TestCase(null)]
    [TestCase("JKS")]
    [TestCase("PKCS12")]
    public void A_PKCS12_file_is_read_with_its_chain(string? type)
    {
        var path = Path.Combine(_directory.FullName, "server.p12");
        File.WriteAllBytes(path, new X509Certificate2Collection { _certificate, WithoutKey(_middle), WithoutKey(_root) }.Export(X509ContentType.Pkcs12, "sesame")!);

        var store = KeyStore.Load(new KeyStoreSource { Location = path, Type = type, Password = "sesame", KeyPassword = "sesame" }, s_now);

        Assert.That(store.Certificate.Thumbprint, Is.EqualTo(_certificate.Thumbprint));
        Assert.That(store.Issuers, Has.Count.EqualTo(2));
        AssertRefused(new KeyStoreSource { Location = path, Password = "wrong" }, $"ssl.keystore.password: it is not the password of {path}");
        AssertRefused(new KeyStoreSource { Location = path }, $"ssl.keystore.password: is missing; {path} cannot be read without its password");
        AssertRefused(new KeyStoreSource { Location = path, Type = "PEM", Password = "sesame" }, $"ssl.keystore.type: says PEM, but {path} is not PEM text; leave it out to have the format recognized");
    }

    [Test]
    public void A_Java_key_store_is_refused_with_the_command_that_converts_it()
    {
        var path = Path.Combine(_directory.FullName, "server.jks");
        File.WriteAllBytes(path, [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2]);
        var command = $"keytool -importkeystore -srckeystore {path} -destkeystore {Path.ChangeExtension(path, "p12")} -deststoretype PKCS12";

        AssertRefused(new KeyStoreSource { Location = path }, $"ssl.keystore.location: {path} is a Java key store (JKS), which is not read; convert it with: {command}");
        AssertRefused(new TrustStoreSource { Location = path }, $"ssl.truststore.location: {path} is a Java key store (JKS), which is not read; convert it with: {command}");
    }

    [Test]
    public void What_cannot_be_used_is_refused_with_key_and_reason()
    {
        using var other = _middle.Issue("CN=other");
        using var expired = _middle.Issue("CN=old", from: s_now.AddDays(-10), until: s_now.AddDays(-2));
        using var early = _middle.Issue("CN=new", from: s_now.AddDays(2), until: s_now.AddDays(3));
        var garbage = Write("garbage", "neither");
        var certificateAlone = Write("alone.pem", _certificate.ExportCertificatePem());

        AssertRefused(new KeyStoreSource { Location = "/nowhere/x.pem" }, "ssl.keystore.location: the file /nowhere/x.pem does not exist");
        AssertRefused(new KeyStoreSource { Location = garbage }, $"ssl.keystore.location: {garbage} is neither PEM nor PKCS#12");
        AssertRefused(new KeyStoreSource { Location = certificateAlone }, "ssl.keystore.location: it holds no private key (-----BEGIN PRIVATE KEY-----)");
        AssertRefused(new KeyStoreSource { Location = certificateAlone, Type = "BCFKS" }, "ssl.keystore.type: BCFKS is not a format that is read; expected PEM or PKCS12, or leave it out");
        AssertRefused(
            new KeyStoreSource { Key = TestAuthority.PrivateKeyPem(other), CertificateChain = _certificate.ExportCertificatePem() },
            "ssl.keystore.key: the private key does not belong to the certificate of CN=localhost");
        AssertRefused(
            new KeyStoreSource { Key = TestAuthority.PrivateKeyPem(other) },
            "ssl.keystore.certificate.chain: is missing; ssl.keystore.key and ssl.keystore.certificate.chain are given together, or ssl.keystore.location names a file");
        AssertRefused(
            new KeyStoreSource { Key = TestAuthority.PrivateKeyPem(expired), CertificateChain = expired.ExportCertificatePem() },
            $"ssl.keystore.certificate.chain: the certificate of CN=old expired at {expired.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC");
        AssertRefused(
            new KeyStoreSource { Key = TestAuthority.PrivateKeyPem(early), CertificateChain = early.ExportCertificatePem() },
            $"ssl.keystore.certificate.chain: the certificate of CN=new is valid from {early.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC on; is the clock of this machine right?");
        AssertRefused(new TrustStoreSource { Certificates = "nothing" }, "ssl.truststore.certificates: it holds no certificate (-----BEGIN CERTIFICATE-----)");
    }

    [Test]
    public void A_trust_store_is_PEM_or_PKCS12()
    {
        var pem = Write("trust.pem", "comment\n" + _root.Pem + "\n" + _middle.Pem);
        var pkcs12 = Path.Combine(_directory.FullName, "trust.p12");
        File.WriteAllBytes(pkcs12, new X509Certificate2Collection { WithoutKey(_root), WithoutKey(_middle) }.Export(X509ContentType.Pkcs12, "sesame")!);

        Assert.That(TrustStore.Load(new TrustStoreSource { Location = pem }).Certificates, Has.Count.EqualTo(2));
        Assert.That(TrustStore.Load(new TrustStoreSource { Location = pkcs12, Password = "sesame" }).Certificates, Has.Count.EqualTo(2));
        Assert.That(TrustStore.Load(new TrustStoreSource { Certificates = _root.Pem }).Contains(_root.Certificate));
    }

    [Test]
    public void Sources_print_no_secret()
    {
        var key = new KeyStoreSource { Location = "/x.p12", Password = "hidden", KeyPassword = "hidden" };

        Assert.That(key.ToString(), Is.EqualTo("/x.p12"));
        Assert.That(new TrustStoreSource { Certificates = "hidden" }.ToString(), Is.EqualTo("ssl.truststore.certificates"));
        Assert.That(key, Is.EqualTo(new KeyStoreSource { Location = "/x.p12", Password = "hidden", KeyPassword = "hidden" }));
    }

    private static X509Certificate2 WithoutKey(TestAuthority authority) => X509CertificateLoader.LoadCertificate(authority.Certificate.RawData);

    private static void AssertRefused(KeyStoreSource source, string message) =>
        Assert.That(() => KeyStore.Load(source, s_now), Throws.TypeOf<TlsConfigurationException>().With.Message.EqualTo(message));

    private static void AssertRefused(TrustStoreSource source, string message) =>
        Assert.That(() => TrustStore.Load(source), Throws.TypeOf<TlsConfigurationException>().With.Message.EqualTo(message));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
