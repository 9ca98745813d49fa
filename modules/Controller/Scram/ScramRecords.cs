using System.Security.Cryptography;
using Kafka.Modular.Metadata.Scram;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Scram;

/// <summary>Records of SCRAM credentials: what the client salted becomes what a server keeps (RFC 5802, section 3).</summary>
internal static class ScramRecords
{
    /// <summary>Fewest iterations that are accepted (KIP-84).</summary>
    public const int LowestIterations = 4096;

    /// <summary>Most iterations that are accepted (KIP-554).</summary>
    public const int HighestIterations = 16384;

    public static UserScramCredentialRecord Credential(AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion)
    {
        var hash = upsertion.Mechanism == (sbyte)ScramMechanism.ScramSha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
        return new UserScramCredentialRecord
        {
            Name = upsertion.Name,
            Mechanism = upsertion.Mechanism,
            Salt = upsertion.Salt,
            StoredKey = CryptographicOperations.HashData(hash, CryptographicOperations.HmacData(hash, upsertion.SaltedPassword, "Client Key"u8)),
            ServerKey = CryptographicOperations.HmacData(hash, upsertion.SaltedPassword, "Server Key"u8),
            Iterations = upsertion.Iterations,
        };
    }
}
