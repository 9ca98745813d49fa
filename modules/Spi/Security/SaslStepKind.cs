namespace Kafka.Modular.Spi.Security;

/// <summary>How far an exchange is after a step.</summary>
public enum SaslStepKind
{
    /// <summary>Failed. Also what a step is that was never set.</summary>
    Failed = 0,

    /// <summary>The client has to answer.</summary>
    Continue = 1,

    /// <summary>It is known who the client is.</summary>
    Succeeded = 2,
}
