using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Coordination;

/// <summary>What all partitions of one runtime share.</summary>
internal sealed record CoordinatorPartitionContext<TRecord>(
    ICoordinatorLog Log, ICoordinatorRecordCodec<TRecord> Codec, ILogger Logger, int CommitTimeoutMs);
