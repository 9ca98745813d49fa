using System.Security.Cryptography;
using System.Text;
using Kafka.Modular.Client.Settings;

namespace Kafka.Modular.Client.Security;

/// <summary>The functions of SCRAM over one hash (RFC 5802, section 3).</summary>
internal sealed class ScramHash
{
    private readonly HashAlgorithmName _name;
    private readonly int _length;

    private ScramHash(HashAlgorithmName name, int length)
    {
        _name = name;
        _length = length;
    }

    /// <summary>The functions of a mechanism.</summary>
    public static ScramHash Of(string mechanism) => mechanism == SaslOptions.ScramSha256
        ? new ScramHash(HashAlgorithmName.SHA256, SHA256.HashSizeInBytes)
        : new ScramHash(HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);

    /// <summary>SaltedPassword. The password is taken in UTF-8 as it is: Kafka does not prepare it (SASLprep), and both sides have to agree.</summary>
    public byte[] Salted(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, _name, _length);

    /// <summary>ClientProof.</summary>
    public byte[] ClientProof(byte[] saltedPassword, byte[] authMessage)
    {
        var clientKey = Hmac(saltedPassword, "Client Key"u8);
        var storedKey = CryptographicOperations.HashData(_name, clientKey);
        var proof = Hmac(storedKey, authMessage);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        return proof;
    }

    /// <summary>ServerSignature.</summary>
    public byte[] ServerSignature(byte[] saltedPassword, byte[] authMessage) => Hmac(Hmac(saltedPassword, "Server Key"u8), authMessage);

    private byte[] Hmac(byte[] key, ReadOnlySpan<byte> data) => CryptographicOperations.HmacData(_name, key, data);
}
