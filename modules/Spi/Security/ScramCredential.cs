namespace Kafka.Modular.Spi.Security;

/// <summary>What a server keeps of a password for SCRAM (RFC 5802, section 3). Never printed.</summary>
/// <param name="salt">The salt.</param>
/// <param name="storedKey">Hash of the client key, against which a login is checked.</param>
/// <param name="serverKey">With it the server proves itself.</param>
/// <param name="iterations">Rounds of the hash.</param>
public sealed class ScramCredential(ReadOnlyMemory<byte> salt, ReadOnlyMemory<byte> storedKey, ReadOnlyMemory<byte> serverKey, int iterations)
{
    /// <summary>The salt.</summary>
    public ReadOnlyMemory<byte> Salt { get; } = salt;

    /// <summary>Hash of the client key, against which a login is checked.</summary>
    public ReadOnlyMemory<byte> StoredKey { get; } = storedKey;

    /// <summary>With it the server proves itself.</summary>
    public ReadOnlyMemory<byte> ServerKey { get; } = serverKey;

    /// <summary>Rounds of the hash.</summary>
    public int Iterations { get; } = iterations;
}
