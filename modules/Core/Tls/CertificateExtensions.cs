using System.Security.Cryptography.X509Certificates;

namespace Kafka.Modular.Core.Tls;

/// <summary>What is asked of certificates in more than one place.</summary>
internal static class CertificateExtensions
{
    /// <summary>Whether the certificate names itself as its issuer: a root.</summary>
    public static bool IsSelfIssued(this X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
