using Kafka.Modular.Metadata.Collections;

namespace Kafka.Modular.Metadata.Scram;

/// <summary>A stored SCRAM credential (RFC 5802). Immutable, any thread. Never logged.</summary>
/// <param name="Salt">The salt.</param>
/// <param name="StoredKey">Hash of the client key, against which a login is checked.</param>
/// <param name="ServerKey">With it the server proves itself.</param>
/// <param name="Iterations">Rounds of the hash.</param>
public sealed record ScramCredentialData(ValueList<byte> Salt, ValueList<byte> StoredKey, ValueList<byte> ServerKey, int Iterations)
{
    /// <summary>Nothing but the iterations: the rest is secret.</summary>
    public override string ToString() => $"{nameof(ScramCredentialData)} with {Iterations} iterations";
}
