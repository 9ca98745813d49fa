using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Core.Tls;

namespace Kafka.Modular.Network.Tls;

/// <summary>Which new certificates may take the place of those in use; the rules of Kafka's <c>SslFactory</c>, and that the chain has no new gap.</summary>
internal static class StoreCompatibility
{
    /// <summary>What speaks against a change.</summary>
    /// <param name="before">What is in use.</param>
    /// <param name="after">What would take its place.</param>
    /// <returns>Null when nothing does.</returns>
    public static TlsConfigurationException? Check(TlsState before, TlsState after)
    {
        var (old, now) = (before.Key.Certificate, after.Key.Certificate);
        if (!after.AllowsOtherName && !old.SubjectName.RawData.AsSpan().SequenceEqual(now.SubjectName.RawData)
            && !string.Equals(old.Subject, now.Subject, StringComparison.OrdinalIgnoreCase))
        {
            return new TlsConfigurationException("ssl.keystore.location", $"the new certificate is of {now.Subject}, the one in use of {old.Subject}; set ssl.allow.dn.changes=true if that is meant");
        }

        if (!after.AllowsOtherHosts && Hosts(old).Except(Hosts(now), StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } missing)
        {
            return new TlsConfigurationException(
                "ssl.keystore.location", $"the new certificate of {now.Subject} is no longer for {string.Join(", ", missing)}; set ssl.allow.san.changes=true if that is meant");
        }

        if (before.Trust is null && after.Trust is not null)
        {
            return new TlsConfigurationException("ssl.truststore.location", "a trust store cannot be added to a listener that runs without one; restart the server");
        }

        return MissingIssuer(before.Key, after.Key) is { } issuer
            ? new TlsConfigurationException("ssl.keystore.location", $"the chain is not complete: the certificate of the issuer {issuer}, which is sent to clients now, is missing")
            : null;
    }

    /// <summary>Why nodes that have the same stores would not trust each other; null when they would.</summary>
    public static string? OwnRefusal(TlsState state)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = new PeerTrust(state.Trust).CreatePolicy();
        chain.ChainPolicy.ExtraStore.AddRange(state.Key.Issuers);
        var errors = chain.Build(state.Key.Certificate) ? System.Net.Security.SslPolicyErrors.None : System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors;
        return new PeerTrust(state.Trust).Refusal(state.Key.Certificate, chain, errors, host: null);
    }

    private static IEnumerable<string> Hosts(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null ? [] : names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static a => a.ToString()));
    }

    // Whether an issuer is needed depends on what clients trust. One that was sent until now, and that the new chain still refers to, is.
    private static string? MissingIssuer(KeyStore before, KeyStore after)
    {
        var top = after.Issuers.Count > 0 ? after.Issuers[^1] : after.Certificate;
        var wanted = before.Context.IntermediateCertificates.FirstOrDefault(c => c.SubjectName.RawData.AsSpan().SequenceEqual(top.IssuerName.RawData));
        return wanted is null || wanted.RawData.AsSpan().SequenceEqual(top.RawData) ? null : wanted.Subject;
    }
}
