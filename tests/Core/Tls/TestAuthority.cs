using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kafka.Modular.Core.Tests.Tls;

/// <summary>A certificate authority of tests, with what it issues. Its files are PEM text.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    private readonly TestAuthority? _issuer;

    public TestAuthority(string subject, TestAuthority? issuer = null)
    {
        _issuer = issuer;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = Issue(request, key, s_now.AddDays(-20), s_now.AddDays(3000));
    }

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    /// <summary>A certificate with its key.</summary>
    public X509Certificate2 Issue(
        string subject, IReadOnlyList<string>? hosts = null, DateTimeOffset? from = null, DateTimeOffset? until = null, bool rsa = false)
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedName(subject);
        var request = key is RSA of ? new CertificateRequest(name, of, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts ?? ["localhost", "127.0.0.1"])
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        var generator = X509SignatureGenerator.CreateForECDsa(Certificate.GetECDsaPrivateKey()!);
        using var issued = request.Create(Certificate.SubjectName, generator, from ?? s_now.AddDays(-1), until ?? s_now.AddDays(30), Serial());
        using var joined = key is RSA rsaKey ? issued.CopyWithPrivateKey(rsaKey) : issued.CopyWithPrivateKey((ECDsa)key);
        return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>A PEM key store: key, certificate, and certificates of issuers.</summary>
    public static string KeyStorePem(X509Certificate2 certificate, params IReadOnlyList<TestAuthority> issuers) =>
        PrivateKeyPem(certificate) + "\n" + string.Join('\n', [certificate.ExportCertificatePem(), .. issuers.Select(static i => i.Pem)]) + "\n";

    public static string PrivateKeyPem(X509Certificate2 certificate) => KeyOf(certificate).ExportPkcs8PrivateKeyPem();

    public static string EncryptedPrivateKeyPem(X509Certificate2 certificate, string password) =>
        KeyOf(certificate).ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2000));

    public void Dispose() => Certificate.Dispose();

    private static AsymmetricAlgorithm KeyOf(X509Certificate2 certificate) =>
        (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey()!;

    private static byte[] Serial() => RandomNumberGenerator.GetBytes(12);

    private X509Certificate2 Issue(CertificateRequest request, ECDsa key, DateTimeOffset from, DateTimeOffset until)
    {
        if (_issuer is null)
            return request.CreateSelfSigned(from, until);
        using var issued = request.Create(_issuer.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_issuer.Certificate.GetECDsaPrivateKey()!), from, until, Serial());
        return issued.CopyWithPrivateKey(key);
    }
}
