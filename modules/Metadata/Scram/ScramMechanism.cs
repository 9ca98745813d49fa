namespace Kafka.Modular.Metadata.Scram;

/// <summary>A SCRAM mechanism; the numbers are Kafka's (KIP-554).</summary>
public enum ScramMechanism : sbyte
{
    /// <summary>SCRAM-SHA-256.</summary>
    ScramSha256 = 1,

    /// <summary>SCRAM-SHA-512.</summary>
    ScramSha512 = 2,
}
