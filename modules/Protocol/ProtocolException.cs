namespace Kafka.Modular.Protocol;

/// <summary>
/// Bytes from outside are not what the protocol says, or go beyond one of its limits. The only exception that decoding raises.
/// </summary>
public class ProtocolException : Exception
{
    /// <summary>Names what is wrong.</summary>
    public ProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>Names what is wrong and what showed it.</summary>
    public ProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The protocol was broken in an unnamed way.</summary>
    public ProtocolException()
    {
    }
}
