using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

/// <summary>What a read came to. Whoever gets it disposes <see cref="Lease"/>.</summary>
public readonly record struct LogReadResult()
{
    /// <summary><see cref="ErrorCode.OffsetOutOfRange"/>, or none.</summary>
    public ErrorCode Error { get; init; }

    /// <summary>The bytes: whole batches, the last of which may be cut. Null where there are none to give.</summary>
    public ILogLease? Lease { get; init; }

    /// <summary>Bytes of <see cref="Lease"/>.</summary>
    public int Length => Lease?.Length ?? 0;

    /// <summary>Aborted transactions that touch the bytes; null unless committed records were asked for.</summary>
    public IReadOnlyList<AbortedTransaction>? AbortedTransactions { get; init; }

    /// <summary>The high watermark at that moment.</summary>
    public long HighWatermark { get; init; }

    /// <summary>The last stable offset at that moment.</summary>
    public long LastStableOffset { get; init; }

    /// <summary>The log start offset at that moment.</summary>
    public long LogStartOffset { get; init; }

    /// <summary>The log end offset at that moment.</summary>
    public long LogEndOffset { get; init; }
}
