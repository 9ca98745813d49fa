using System.Buffers.Binary;
using System.Text;

namespace Kafka.Modular.Core.Tls;

/// <summary>A key or trust store as it is on disk, its format recognized from the content.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="IsPem">Whether it is PEM text; otherwise it is taken for PKCS#12.</param>
internal sealed record StoreFile(byte[] Bytes, bool IsPem)
{
    private const int MaximumBytes = 16 * 1024 * 1024;
    private const uint JksMagic = 0xFEEDFEED;
    private const uint JceksMagic = 0xCECECECE;

    /// <summary>The bytes as text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads a store.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">What the configuration calls its format; null and JKS, Kafka's default, leave it to the content.</param>
    /// <param name="kind">keystore or truststore, as in the names of the settings.</param>
    /// <exception cref="TlsConfigurationException">It cannot be read, or is of another format.</exception>
    public static StoreFile Read(string path, string? type, string kind)
    {
        var location = $"ssl.{kind}.location";
        var file = Recognize(ReadBytes(path, location), path, kind);
        var expected = type?.ToUpperInvariant();
        if (expected is not (null or "JKS" or "PEM" or "PKCS12" or "PKCS#12"))
        {
            throw new TlsConfigurationException($"ssl.{kind}.type", $"{type} is not a format that is read; expected PEM or PKCS12, or leave it out");
        }

        return expected is null or "JKS" || file.IsPem == (expected == "PEM")
            ? file
            : throw new TlsConfigurationException($"ssl.{kind}.type", $"says {type}, but {path} is {(file.IsPem ? "PEM" : "not PEM text")}; leave it out to have the format recognized");
    }

    private static byte[] ReadBytes(string path, string location)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MaximumBytes)
            {
                throw new TlsConfigurationException(location, $"{path} has {file.Length} bytes, too many for certificates and keys");
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TlsConfigurationException(location, $"the file {path} does not exist", missing);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new TlsConfigurationException(location, $"the file {path} may not be read by the user of this process", refused);
        }
        catch (IOException fault)
        {
            throw new TlsConfigurationException(location, $"the file {path} cannot be read ({fault.Message})", fault);
        }
    }

    private static StoreFile Recognize(byte[] bytes, string path, string kind)
    {
        var magic = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
        if (magic is JksMagic or JceksMagic)
        {
            var converted = Path.ChangeExtension(path, ".p12");
            throw new TlsConfigurationException(
                $"ssl.{kind}.location",
                $"{path} is a Java key store ({(magic == JksMagic ? "JKS" : "JCEKS")}), which is not read; convert it with: keytool -importkeystore -srckeystore {path} -destkeystore {converted} -deststoretype PKCS12");
        }

        if (bytes.AsSpan().IndexOf("-----BEGIN "u8) >= 0)
        {
            return new StoreFile(bytes, IsPem: true);
        }

        // An ASN.1 SEQUENCE, which PKCS#12 (RFC 7292, section 4) begins with.
        return bytes.Length > 0 && bytes[0] == 0x30
            ? new StoreFile(bytes, IsPem: false)
            : throw new TlsConfigurationException($"ssl.{kind}.location", $"{path} is neither PEM nor PKCS#12");
    }
}
