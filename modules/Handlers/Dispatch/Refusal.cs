using Kafka.Modular.Protocol;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>Why something was refused; <see cref="ErrorCode.None"/> when it was not.</summary>
internal readonly record struct Refusal(ErrorCode Error, string? Message)
{
    public static Refusal None => default;

    public bool IsRefused => Error != ErrorCode.None;
}
