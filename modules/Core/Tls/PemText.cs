using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kafka.Modular.Core.Tls;

/// <summary>PEM text (RFC 7468) taken apart.</summary>
internal static class PemText
{
    /// <summary>The certificates, in their order.</summary>
    /// <param name="text">The text; what is not a certificate is skipped.</param>
    /// <param name="key">The setting that is named when there is something wrong.</param>
    /// <exception cref="TlsConfigurationException">There is none, or one cannot be read.</exception>
    public static X509Certificate2Collection Certificates(string text, string key)
    {
        var certificates = new X509Certificate2Collection();
        foreach (var (label, block) in Blocks(text))
        {
            if (label == "CERTIFICATE")
            {
                certificates.Add(Certificate(block, key, certificates.Count + 1));
            }
        }

        return certificates.Count > 0 ? certificates : throw new TlsConfigurationException(key, "it holds no certificate (-----BEGIN CERTIFICATE-----)");
    }

    /// <summary>The one private key, as a PEM block of its own.</summary>
    /// <param name="text">The text; what is not a key is skipped.</param>
    /// <param name="key">The setting that is named when there is something wrong.</param>
    /// <exception cref="TlsConfigurationException">There is none, or more than one.</exception>
    public static (string Label, string Block) PrivateKey(string text, string key)
    {
        var keys = Blocks(text).Where(static b => b.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)).ToList();
        return keys.Count switch
        {
            1 => keys[0],
            0 => throw new TlsConfigurationException(key, "it holds no private key (-----BEGIN PRIVATE KEY-----)"),
            _ => throw new TlsConfigurationException(key, $"it holds {keys.Count} private keys; expected one"),
        };
    }

    private static X509Certificate2 Certificate(string block, string key, int number)
    {
        try
        {
            return X509Certificate2.CreateFromPem(block);
        }
        catch (CryptographicException malformed)
        {
            throw new TlsConfigurationException(key, $"certificate {number} of it cannot be read ({malformed.Message})", malformed);
        }
    }

    private static List<(string Label, string Block)> Blocks(string text)
    {
        var blocks = new List<(string Label, string Block)>();
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            blocks.Add((rest[fields.Label].ToString(), rest[fields.Location].ToString()));
        }

        return blocks;
    }
}
