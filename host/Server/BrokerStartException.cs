namespace Kafka.Modular.Server;

/// <summary>The broker cannot start. The message is one line for the operator: which key or directory, and what to do.</summary>
public sealed class BrokerStartException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line.</param>
    /// <param name="innerException">What was thrown.</param>
    public BrokerStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
