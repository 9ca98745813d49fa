using System.Security.Cryptography;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Sasl.Scram;

/// <summary>SCRAM over one hash, without channel binding (RFC 5802, RFC 7677), as Kafka speaks it.</summary>
/// <param name="algorithm">The hash.</param>
internal sealed class ScramMechanism(ScramAlgorithm algorithm) : ISaslMechanism, ISelfTest
{
    private const int NonceBytes = 24;

    public string Name => algorithm.Mechanism;

    public ISaslExchange Begin(SaslExchangeContext context)
        => new ScramExchange(algorithm, context, Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes)));

    /// <summary>Whether the hash gives what it must: a credential verifies a proof that was made of its password, and no other.</summary>
    public ValueTask<string?> TestAsync(CancellationToken cancellationToken)
    {
        var salted = algorithm.SaltedPassword("pencil", "0123456789abcdef"u8, ScramAlgorithm.LowestIterations);
        var credential = algorithm.Credential(salted, "0123456789abcdef"u8.ToArray(), ScramAlgorithm.LowestIterations);
        var proof = algorithm.Hmac(salted, "Client Key"u8);
        var signature = algorithm.Hmac(credential.StoredKey.Span, "message"u8);
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= signature[i];
        var isRight = algorithm.Verifies(credential.StoredKey.Span, "message"u8, proof);
        proof[0] ^= 1;
        return new(isRight && !algorithm.Verifies(credential.StoredKey.Span, "message"u8, proof) ? null : $"{Name} computes wrongly on this machine");
    }
}
