using System.Net.Security;
using System.Security.Authentication;

namespace Kafka.Modular.Core.Tls;

/// <summary>Versions of TLS and cipher suites, by the names of Kafka's keys.</summary>
/// <param name="Protocols">The versions that may be agreed on.</param>
/// <param name="CipherSuites">The cipher suites that may be agreed on, or null for the system's choice.</param>
public sealed record TlsVersions(SslProtocols Protocols, CipherSuitesPolicy? CipherSuites)
{
    /// <summary>Reads <c>ssl.enabled.protocols</c>, <c>ssl.protocol</c> and <c>ssl.cipher.suites</c>.</summary>
    /// <param name="enabled">The versions; none leaves it to <paramref name="newest"/>.</param>
    /// <param name="newest">The newest version; TLS sets no bound.</param>
    /// <param name="cipherSuites">IANA's names of cipher suites; none for the system's choice.</param>
    /// <exception cref="TlsConfigurationException">A name is not known, or nothing is left.</exception>
    public static TlsVersions Read(IReadOnlyList<string> enabled, string newest, IReadOnlyList<string> cipherSuites)
    {
        var bound = newest switch
        {
            "TLS" or "TLSv1.3" => SslProtocols.Tls12 | SslProtocols.Tls13,
            "TLSv1.2" => SslProtocols.Tls12,
            _ => throw new TlsConfigurationException("ssl.protocol", $"{newest} is not served; expected TLSv1.3 or TLSv1.2"),
        };
        var protocols = enabled.Aggregate(SslProtocols.None, static (all, name) => all | Version(name));
        protocols = protocols == SslProtocols.None ? bound : protocols & bound;
        if (protocols == SslProtocols.None)
        {
            throw new TlsConfigurationException("ssl.enabled.protocols", $"{string.Join(',', enabled)} leaves nothing, since ssl.protocol is {newest}");
        }

        return cipherSuites.Count == 0 ? new TlsVersions(protocols, null) : WithCipherSuites(protocols, cipherSuites);
    }

    private static SslProtocols Version(string name) => name switch
    {
        "TLSv1.2" => SslProtocols.Tls12,
        "TLSv1.3" => SslProtocols.Tls13,
        _ => throw new TlsConfigurationException("ssl.enabled.protocols", $"{name} is not served; expected TLSv1.2 or TLSv1.3"),
    };

    // A version without a cipher suite of its own would be agreed on and then fail: suites of TLS 1.3 (RFC 8446, appendix B.4) are for it alone.
    private static TlsVersions WithCipherSuites(SslProtocols protocols, IReadOnlyList<string> names)
    {
        var suites = names.Select(Suite).ToList();
        var usable = SslProtocols.None;
        foreach (var suite in suites)
        {
            usable |= IsOfTls13(suite) ? SslProtocols.Tls13 : SslProtocols.Tls12;
        }

        if ((protocols & usable) == SslProtocols.None)
        {
            throw new TlsConfigurationException("ssl.cipher.suites", $"none of {string.Join(',', names)} is for a version in ssl.enabled.protocols");
        }

        try
        {
            return new TlsVersions(protocols & usable, OperatingSystem.IsWindows() || OperatingSystem.IsAndroid() ? null : new CipherSuitesPolicy(suites));
        }
        catch (PlatformNotSupportedException unsupported)
        {
            throw new TlsConfigurationException("ssl.cipher.suites", $"cannot be chosen on this system ({unsupported.Message})", unsupported);
        }
    }

    private static TlsCipherSuite Suite(string name) =>
        name.StartsWith("TLS_", StringComparison.Ordinal) && Enum.TryParse<TlsCipherSuite>(name, ignoreCase: false, out var suite)
            ? suite
            : throw new TlsConfigurationException("ssl.cipher.suites", $"{name} is not known; expected IANA's names, such as TLS_AES_128_GCM_SHA256 and TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    private static bool IsOfTls13(TlsCipherSuite suite) => (int)suite >> 8 == 0x13;
}
