using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kafka.Modular.Core.Tls;

/// <summary>A private key with its certificate and those of its issuers that are sent along. Immutable; connections share it.</summary>
public sealed class KeyStore
{
    private const string CertificateChainKey = "ssl.keystore.certificate.chain";

    private KeyStore(X509Certificate2 certificate, X509Certificate2Collection issuers)
    {
        Certificate = certificate;
        Issuers = issuers;
        Context = SslStreamCertificateContext.Create(certificate, issuers, offline: true);
    }

    /// <summary>The certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Certificates of issuers that are in the store, from the certificate upward.</summary>
    public X509Certificate2Collection Issuers { get; }

    /// <summary>What <see cref="SslStream"/> wants of it, intermediate certificates included.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The certificate of the chain that expires first.</summary>
    public X509Certificate2 FirstToExpire => Issuers.Append(Certificate).MinBy(static c => c.NotAfter)!;

    /// <summary>Loads a key store and checks it: the key belongs to the certificate, and the certificate is valid now.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="TlsConfigurationException">It cannot be used.</exception>
    public static KeyStore Load(KeyStoreSource source, DateTimeOffset now)
    {
        var certificates = new X509Certificate2Collection();
        var certificate = source.Location is { } path ? LoadFile(source, path, certificates) : LoadText(source, certificates);
        CheckTime(certificate, source.Location is null ? CertificateChainKey : "ssl.keystore.location", now);
        return new KeyStore(certificate, IssuersOf(certificate, certificates));
    }

    private static X509Certificate2 LoadFile(KeyStoreSource source, string path, X509Certificate2Collection all)
    {
        if (source.Key is not null || source.CertificateChain is not null)
        {
            throw new TlsConfigurationException("ssl.keystore.location", "the key is given both by a file and as text (ssl.keystore.key); keep one");
        }

        var file = StoreFile.Read(path, source.Type, "keystore");
        if (!file.IsPem)
        {
            return LoadPkcs12(source, path, file.Bytes, all);
        }

        all.AddRange(PemText.Certificates(file.Text, "ssl.keystore.location"));
        return WithKey(all, file.Text, source.KeyPassword, "ssl.keystore.location");
    }

    private static X509Certificate2 LoadText(KeyStoreSource source, X509Certificate2Collection all)
    {
        if (source.Key is null || source.CertificateChain is null)
        {
            var missing = source.Key is null ? "ssl.keystore.key" : CertificateChainKey;
            throw new TlsConfigurationException(missing, "is missing; ssl.keystore.key and ssl.keystore.certificate.chain are given together, or ssl.keystore.location names a file");
        }

        all.AddRange(PemText.Certificates(source.CertificateChain, CertificateChainKey));
        return WithKey(all, source.Key, source.KeyPassword, "ssl.keystore.key");
    }

    private static X509Certificate2 LoadPkcs12(KeyStoreSource source, string path, byte[] bytes, X509Certificate2Collection all)
    {
        if (source.KeyPassword is not null && source.Password is not null && source.KeyPassword != source.Password)
        {
            throw new TlsConfigurationException("ssl.key.password", "in a PKCS#12 store the key has the password of the store (ssl.keystore.password); leave it out");
        }

        all.AddRange(Pkcs12.Load(bytes, source.Password ?? source.KeyPassword, path, "keystore"));
        var withKey = all.Where(static c => c.HasPrivateKey).ToList();
        return withKey.Count switch
        {
            0 => throw new TlsConfigurationException("ssl.keystore.location", $"{path} holds no private key with a certificate"),

            // Java's key manager takes the first that fits what the client supports; one that has not expired serves all of them.
            _ => withKey.MaxBy(static c => c.NotAfter)!,
        };
    }

    // The first certificate is the key's own, as in Kafka; in a store that holds them in another order it is found by its key.
    private static X509Certificate2 WithKey(X509Certificate2Collection certificates, string text, string? password, string key)
    {
        var (label, block) = PemText.PrivateKey(text, key);
        var isEncrypted = label == "ENCRYPTED PRIVATE KEY";
        if (isEncrypted && password is null)
        {
            throw new TlsConfigurationException("ssl.key.password", "is missing; the private key is encrypted");
        }

        if (block.Contains("Proc-Type:", StringComparison.Ordinal))
        {
            throw new TlsConfigurationException(key, "the private key is encrypted in OpenSSL's old form; convert it with: openssl pkcs8 -topk8 -in old.key -out new.key");
        }

        Exception? mismatch = null;
        foreach (var certificate in certificates)
        {
            var pem = certificate.ExportCertificatePem();
            try
            {
                using var joined = isEncrypted ? X509Certificate2.CreateFromEncryptedPem(pem, block, password) : X509Certificate2.CreateFromPem(pem, block);

                // A key that came as text is of no use to some platforms; through PKCS#12 it is.
                return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
            }
            catch (CryptographicException fault) when (isEncrypted && IsWrongPassword(block, password!))
            {
                throw new TlsConfigurationException("ssl.key.password", "it does not decrypt the private key", fault);
            }
            catch (Exception fault) when (fault is CryptographicException or ArgumentException)
            {
                mismatch = fault;
            }
        }

        throw new TlsConfigurationException(key, $"the private key does not belong to the certificate of {certificates[0].Subject}", mismatch);
    }

    private static bool IsWrongPassword(string block, string password)
    {
        foreach (var algorithm in new Func<AsymmetricAlgorithm>[] { RSA.Create, ECDsa.Create, DSA.Create })
        {
            using var key = algorithm();
            try
            {
                key.ImportFromEncryptedPem(block, password);
                return false;
            }
            catch (Exception fault) when (fault is CryptographicException or ArgumentException or NotSupportedException)
            {
                // Another algorithm, or the password.
            }
        }

        return true;
    }

    private static void CheckTime(X509Certificate2 certificate, string key, DateTimeOffset now)
    {
        if (now.UtcDateTime > certificate.NotAfter.ToUniversalTime())
        {
            throw new TlsConfigurationException(key, $"the certificate of {certificate.Subject} expired at {Text(certificate.NotAfter)}");
        }

        if (now.UtcDateTime < certificate.NotBefore.ToUniversalTime())
        {
            throw new TlsConfigurationException(key, $"the certificate of {certificate.Subject} is valid from {Text(certificate.NotBefore)} on; is the clock of this machine right?");
        }
    }

    private static string Text(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    // From the certificate upward, by name; what does not belong to the chain is left out.
    private static X509Certificate2Collection IssuersOf(X509Certificate2 certificate, X509Certificate2Collection all)
    {
        var issuers = new X509Certificate2Collection();
        for (var lower = certificate; !lower.IsSelfIssued();)
        {
            var issuer = all.FirstOrDefault(c => c.SubjectName.RawData.AsSpan().SequenceEqual(lower.IssuerName.RawData) && !issuers.Contains(c) && !c.RawData.AsSpan().SequenceEqual(certificate.RawData));
            if (issuer is null)
            {
                break;
            }

            issuers.Add(issuer);
            lower = issuer;
        }

        return issuers;
    }
}
