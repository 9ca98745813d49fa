using System.Security.Cryptography.X509Certificates;

namespace Kafka.Modular.Core.Tls;

/// <summary>Certificates that are trusted. Immutable; connections share it.</summary>
public sealed class TrustStore
{
    private TrustStore(X509Certificate2Collection certificates) => Certificates = certificates;

    /// <summary>What is trusted; not roots alone, any certificate in the store is an anchor, as in Java.</summary>
    public X509Certificate2Collection Certificates { get; }

    /// <summary>The certificate that expires first.</summary>
    public X509Certificate2 FirstToExpire => Certificates.MinBy(static c => c.NotAfter)!;

    /// <summary>Loads a trust store.</summary>
    /// <exception cref="TlsConfigurationException">It cannot be used.</exception>
    public static TrustStore Load(TrustStoreSource source)
    {
        if (source.Certificates is { } text)
        {
            return source.Location is null
                ? new TrustStore(PemText.Certificates(text, "ssl.truststore.certificates"))
                : throw new TlsConfigurationException("ssl.truststore.location", "certificates are given both by a file and as text (ssl.truststore.certificates); keep one");
        }

        var path = source.Location ?? throw new TlsConfigurationException("ssl.truststore.location", "is missing");
        var file = StoreFile.Read(path, source.Type, "truststore");
        if (file.IsPem)
        {
            return new TrustStore(PemText.Certificates(file.Text, "ssl.truststore.location"));
        }

        var certificates = Pkcs12.Load(file.Bytes, source.Password, path, "truststore");
        return certificates.Count > 0
            ? new TrustStore(certificates)
            : throw new TlsConfigurationException("ssl.truststore.location", $"{path} holds no certificate");
    }

    /// <summary>Whether a certificate is one of those in the store.</summary>
    public bool Contains(X509Certificate2 certificate) =>
        Certificates.Any(c => c.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));
}
