using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage.Epochs;
using Kafka.Modular.LogStorage.Producers;
using Kafka.Modular.LogStorage.Segments;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Recovery;

/// <summary>A log as it was found, or made, on disk.</summary>
internal sealed record LoadedLog(
    IPartitionStore Store,
    IReadOnlyList<LogSegment> Segments,
    LeaderEpochCache Epochs,
    ProducerStates Producers,
    Uuid? TopicId,
    long LogStartOffset,
    long LogEndOffset,
    long RecoveryPoint,
    IReadOnlyCollection<string> UnflushedBlobs);
