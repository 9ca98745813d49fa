using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Kafka.Modular.Core.Tls;

/// <summary>
/// Decides whether the certificate of the other end is trusted, and says why not. With a trust store that alone counts, otherwise what the system trusts.
/// Certificates are not asked about for revocation, as Java does not by default.
/// </summary>
/// <param name="store">What is trusted; null for what the system trusts.</param>
public sealed class PeerTrust(TrustStore? store)
{
    private const X509ChainStatusFlags NoAnchor =
        X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    private const X509ChainStatusFlags NotOfAnchor = NoAnchor | X509ChainStatusFlags.NotTimeValid;

    /// <summary>How chains are built, for the options of <see cref="SslStream"/>; a new object for each connection.</summary>
    public X509ChainPolicy CreatePolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (store is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(store.Certificates);
        }

        return policy;
    }

    /// <summary>Decides about a certificate from what <see cref="RemoteCertificateValidationCallback"/> is given.</summary>
    /// <param name="certificate">The certificate of the other end.</param>
    /// <param name="chain">The chain that was built with <see cref="CreatePolicy"/>.</param>
    /// <param name="errors">What was found.</param>
    /// <param name="host">The name the certificate has to be for; null when that does not matter.</param>
    /// <returns>Null when it is trusted, else the reason in a sentence's part.</returns>
    public string? Refusal(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string? host)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "no certificate was sent";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && !EndsAtAnchor(chain))
        {
            return Reason(chain);
        }

        return host is not null && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"the certificate of {certificate.Subject} is not for {host}, but for {NamesOf(certificate)}"
            : null;
    }

    private static string Text(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string NamesOf(X509Certificate certificate)
    {
        if (certificate is not X509Certificate2 full || full.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is not { } names)
        {
            return certificate.Subject;
        }

        var all = names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static a => a.ToString())).ToList();
        return all.Count > 0 ? string.Join(", ", all) : certificate.Subject;
    }

    // The path ends at the first certificate that is in the trust store (RFC 5280, section 6.1.1 d; Java takes any certificate there as an anchor).
    private bool EndsAtAnchor(X509Chain? chain)
    {
        if (store is null || chain is null)
        {
            return false;
        }

        foreach (var element in chain.ChainElements)
        {
            var isAnchor = store.Contains(element.Certificate);
            var ignored = isAnchor ? NotOfAnchor : NoAnchor;
            if (element.ChainElementStatus.Any(s => (s.Status & ~ignored) != X509ChainStatusFlags.NoError))
            {
                return false;
            }

            if (isAnchor)
            {
                return true;
            }
        }

        return false;
    }

    private string Reason(X509Chain? chain)
    {
        if (chain is null || chain.ChainElements.Count == 0)
        {
            return "no chain could be built for the certificate";
        }

        foreach (var element in chain.ChainElements)
        {
            var certificate = element.Certificate;
            foreach (var status in element.ChainElementStatus)
            {
                switch (status.Status)
                {
                    case X509ChainStatusFlags.NotTimeValid:
                        return chain.ChainPolicy.VerificationTime < certificate.NotBefore
                            ? $"the certificate of {certificate.Subject} is valid from {Text(certificate.NotBefore)} on"
                            : $"the certificate of {certificate.Subject} expired at {Text(certificate.NotAfter)}";
                    case X509ChainStatusFlags.NotSignatureValid:
                        return $"the certificate of {certificate.Subject} has a wrong signature";
                    case X509ChainStatusFlags.NotValidForUsage:
                        return $"the certificate of {certificate.Subject} is not for this use (extended key usage)";
                    case X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain:
                        break;
                    default:
                        return $"the certificate of {certificate.Subject} was refused ({status.StatusInformation.Trim()})";
                }
            }
        }

        var last = chain.ChainElements[^1].Certificate;
        var where = store is null ? "trusted by the system" : "in the trust store";
        return last.IsSelfIssued()
            ? $"{last.Subject}, which ends the chain of the certificate of {chain.ChainElements[0].Certificate.Subject}, is not {where}"
            : $"the issuer of the certificate of {last.Subject}, {last.Issuer}, is not {where} and was not sent";
    }
}
