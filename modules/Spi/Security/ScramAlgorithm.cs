using System.Security.Cryptography;
using System.Text;

namespace Kafka.Modular.Spi.Security;

/// <summary>The functions of SCRAM over one hash (RFC 5802, section 3; RFC 7677). Immutable, any thread.</summary>
public sealed class ScramAlgorithm
{
    /// <summary>Fewest iterations of a credential that is used (KIP-84).</summary>
    public const int LowestIterations = 4096;

    /// <summary>Most iterations of a credential that is stored (KIP-554).</summary>
    public const int HighestIterations = 16384;

    private ScramAlgorithm(string mechanism, HashAlgorithmName hash, int length)
    {
        Mechanism = mechanism;
        Hash = hash;
        Length = length;
    }

    /// <summary><c>SCRAM-SHA-256</c>.</summary>
    public static ScramAlgorithm Sha256 { get; } = new("SCRAM-SHA-256", HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    /// <summary><c>SCRAM-SHA-512</c>.</summary>
    public static ScramAlgorithm Sha512 { get; } = new("SCRAM-SHA-512", HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);

    /// <summary>Name of the mechanism.</summary>
    public string Mechanism { get; }

    /// <summary>The hash.</summary>
    public HashAlgorithmName Hash { get; }

    /// <summary>Length of the hash in bytes.</summary>
    public int Length { get; }

    /// <summary>The algorithm of a mechanism, or null when it is not one of SCRAM.</summary>
    /// <param name="mechanism">Its name.</param>
    public static ScramAlgorithm? Find(string mechanism) => mechanism switch
    {
        "SCRAM-SHA-256" => Sha256,
        "SCRAM-SHA-512" => Sha512,
        _ => null,
    };

    /// <summary>SaltedPassword. The password is taken in UTF-8 as it is: Kafka does not prepare it (SASLprep), and both sides have to agree.</summary>
    /// <param name="password">The password.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="iterations">Rounds, at least one.</param>
    public byte[] SaltedPassword(string password, ReadOnlySpan<byte> salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, Hash, Length);

    /// <summary>StoredKey of a salted password.</summary>
    /// <param name="saltedPassword">The salted password.</param>
    public byte[] StoredKey(ReadOnlySpan<byte> saltedPassword) => CryptographicOperations.HashData(Hash, Hmac(saltedPassword, "Client Key"u8));

    /// <summary>ServerKey of a salted password.</summary>
    /// <param name="saltedPassword">The salted password.</param>
    public byte[] ServerKey(ReadOnlySpan<byte> saltedPassword) => Hmac(saltedPassword, "Server Key"u8);

    /// <summary>What a server keeps of a salted password.</summary>
    /// <param name="saltedPassword">The salted password.</param>
    /// <param name="salt">Its salt.</param>
    /// <param name="iterations">Its rounds.</param>
    public ScramCredential Credential(ReadOnlySpan<byte> saltedPassword, ReadOnlyMemory<byte> salt, int iterations) =>
        new(salt, StoredKey(saltedPassword), ServerKey(saltedPassword), iterations);

    /// <summary>HMAC: ClientSignature with the stored key, ServerSignature with the server key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="data">What is signed.</param>
    public byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => CryptographicOperations.HmacData(Hash, key, data);

    /// <summary>Whether a client's proof is right: whether it shows the client key that belongs to the stored key. Takes the same time in either case.</summary>
    /// <param name="storedKey">The stored key.</param>
    /// <param name="authMessage">AuthMessage.</param>
    /// <param name="proof">ClientProof, of any length.</param>
    public bool Verifies(ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> authMessage, ReadOnlySpan<byte> proof)
    {
        var clientKey = Hmac(storedKey, authMessage);
        var sameLength = proof.Length == clientKey.Length;
        for (var i = 0; i < clientKey.Length && sameLength; i++)
            clientKey[i] ^= proof[i];
        return CryptographicOperations.FixedTimeEquals(CryptographicOperations.HashData(Hash, clientKey), storedKey) && sameLength;
    }
}
