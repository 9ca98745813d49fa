using Kafka.Modular.Protocol;

namespace Kafka.Modular.LogStorage;

/// <summary>What an append came to.</summary>
public readonly record struct LogAppendResult()
{
    /// <summary>Why nothing was appended, or none.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>The same in words, null when there is no error.</summary>
    public string? Message { get; init; }

    /// <summary>The records at fault, where it is single records (KIP-467); else null.</summary>
    public IReadOnlyList<RecordError>? RecordErrors { get; init; }

    /// <summary>Offset of the first record, -1 where nothing was appended. For a duplicate that of the batch it repeats.</summary>
    public long FirstOffset { get; init; } = -1;

    /// <summary>Offset of the last record, -1 where nothing was appended. For a duplicate that of the batch it repeats.</summary>
    public long LastOffset { get; init; } = -1;

    /// <summary>Largest timestamp in ms since the epoch, -1 for none.</summary>
    public long MaxTimestamp { get; init; } = -1;

    /// <summary>The time that the broker gave to the records, in ms since the epoch; -1 where the producer's stays.</summary>
    public long LogAppendTime { get; init; } = -1;

    /// <summary>The log start offset at that moment.</summary>
    public long LogStartOffset { get; init; } = -1;

    /// <summary>Whether the batch repeats one of the producer's last five and was therefore not appended again.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>Bytes that were appended.</summary>
    public int Bytes { get; init; }

    /// <summary>Records that were appended.</summary>
    public int RecordCount { get; init; }

    internal static LogAppendResult Failed(ErrorCode error, string message, IReadOnlyList<RecordError>? recordErrors = null) =>
        new() { Error = error, Message = message, RecordErrors = recordErrors };
}
