using Kafka.Modular.Protocol;

namespace Kafka.Modular.Controller;

/// <summary>The controller refuses an operation as a whole; each part of its answer has the error.</summary>
public sealed class ControllerRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ControllerRefusedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public ControllerRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public ControllerRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="error">What the client is told.</param>
    /// <param name="message">What the log is told.</param>
    public ControllerRefusedException(ErrorCode error, string message)
        : base(message) => Error = error;

    /// <summary>The error.</summary>
    public ErrorCode Error { get; } = ErrorCode.UnknownServerError;
}
