using Kafka.Modular.Protocol;

namespace Kafka.Modular.LogStorage.Producers;

/// <summary>Whether a producer may append a batch.</summary>
/// <param name="Error">Why not, or none.</param>
/// <param name="Message">The same in words, for the answer and the log; null when there is no error.</param>
/// <param name="Duplicate">The batch that this one repeats; it is not appended again, and answered as if it had been.</param>
internal readonly record struct ProducerCheck(ErrorCode Error, string? Message, BatchMetadata? Duplicate)
{
    public static ProducerCheck Ok => default;

    public static ProducerCheck Failed(ErrorCode error, string message) => new(error, message, Duplicate: null);
}
