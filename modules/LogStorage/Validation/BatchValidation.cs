using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Validation;

/// <summary>What checking the records of a batch came to.</summary>
internal readonly record struct BatchValidation
{
    /// <summary>Why the batch is refused, or none.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>The same in words.</summary>
    public string? Message { get; init; }

    /// <summary>The records at fault, where it is single records.</summary>
    public IReadOnlyList<RecordError>? RecordErrors { get; init; }

    /// <summary>Largest timestamp of its records in ms since the epoch, -1 for none.</summary>
    public long MaxTimestamp { get; init; }

    /// <summary>Whether the records' offsets are not those that their order gives, so that the batch must be written anew.</summary>
    public bool NeedsNewOffsets { get; init; }

    public static BatchValidation Failed(ErrorCode error, string message) =>
        new() { Error = error, Message = message, MaxTimestamp = RecordBatchFormat.None };
}
