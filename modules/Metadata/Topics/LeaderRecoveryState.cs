namespace Kafka.Modular.Metadata.Topics;

/// <summary>Whether a leader still recovers from an unclean election (KIP-704).</summary>
public enum LeaderRecoveryState : sbyte
{
    /// <summary>The leader came from the ISR, or has recovered.</summary>
    Recovered = 0,

    /// <summary>The leader was elected outside of the ISR and has not finished its recovery.</summary>
    Recovering = 1,
}
