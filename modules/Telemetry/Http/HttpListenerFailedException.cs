namespace Kafka.Modular.Telemetry.Http;

/// <summary>The page with metrics and health cannot be served; the message says in one line why.</summary>
public sealed class HttpListenerFailedException : Exception
{
    /// <summary>Creates one.</summary>
    public HttpListenerFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one with what caused it.</summary>
    public HttpListenerFailedException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
