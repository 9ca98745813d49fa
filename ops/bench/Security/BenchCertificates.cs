using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kafka.Modular.Bench.Security;

/// <summary>An authority, a broker's key store and a client's certificate, of the curve P-256, in a folder.</summary>
internal sealed class BenchCertificates : IDisposable
{
    public BenchCertificates(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
        AuthorityPath = Path.Combine(folder, "ca.pem");
        File.WriteAllText(AuthorityPath, Authority.ExportCertificatePem());
        using var broker = Issue("CN=localhost");
        BrokerPath = Path.Combine(folder, "broker.pem");
        using var brokerKey = broker.GetECDsaPrivateKey()!;
        File.WriteAllText(BrokerPath, brokerKey.ExportPkcs8PrivateKeyPem() + "\n" + broker.ExportCertificatePem() + "\n");
        Client = Issue("CN=client");
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Client { get; }

    public string AuthorityPath { get; }

    public string BrokerPath { get; }

    public void Dispose()
    {
        Authority.Dispose();
        Client.Dispose();
    }

    private X509Certificate2 Issue(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(Authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
