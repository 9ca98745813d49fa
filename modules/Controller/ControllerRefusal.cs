using Kafka.Modular.Protocol;

namespace Kafka.Modular.Controller;

/// <summary>Why something was refused, in Kafka's words; <see cref="ErrorCode.None"/> when it was not.</summary>
/// <param name="Error">The error.</param>
/// <param name="Message">What the client is told, or null.</param>
public readonly record struct ControllerRefusal(ErrorCode Error, string? Message)
{
    /// <summary>Not refused.</summary>
    public static ControllerRefusal None => default;

    /// <summary>Whether it was refused.</summary>
    public bool IsRefused => Error != ErrorCode.None;
}
