using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kafka.Modular.Core.Tls;

/// <summary>Reads PKCS#12 stores (RFC 7292).</summary>
internal static class Pkcs12
{
    // HRESULT of a wrong password, as .NET gives it on every platform.
    private const int WrongPassword = unchecked((int)0x80070056);

    /// <summary>The certificates of a store; those whose key is in it have it.</summary>
    /// <param name="bytes">The store.</param>
    /// <param name="password">Its password, or null.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="kind">keystore or truststore, as in the names of the settings.</param>
    /// <exception cref="TlsConfigurationException">It cannot be read.</exception>
    public static X509Certificate2Collection Load(byte[] bytes, string? password, string path, string kind)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(bytes, password);
        }
        catch (CryptographicException fault) when (fault.HResult == WrongPassword)
        {
            var reason = password is null ? $"is missing; {path} cannot be read without its password" : $"it is not the password of {path}";
            throw new TlsConfigurationException($"ssl.{kind}.password", reason, fault);
        }
        catch (CryptographicException fault)
        {
            throw new TlsConfigurationException($"ssl.{kind}.location", $"{path} cannot be read as PKCS#12 ({fault.Message})", fault);
        }
    }
}
