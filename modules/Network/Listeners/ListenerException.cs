namespace Kafka.Modular.Network.Listeners;

/// <summary>The listeners cannot be opened as configured. The message is one line for the operator.</summary>
public sealed class ListenerException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ListenerException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what caused it.</summary>
    public ListenerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
