namespace Kafka.Modular.Metadata.Scram;

/// <summary>Whose credential for which mechanism.</summary>
/// <param name="Mechanism">The mechanism.</param>
/// <param name="User">The user's name.</param>
public readonly record struct ScramCredentialKey(ScramMechanism Mechanism, string User);
