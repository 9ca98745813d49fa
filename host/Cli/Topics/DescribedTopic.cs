using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Cli.Topics;

/// <summary>A topic and where its partitions are.</summary>
internal sealed record DescribedTopic(string Name, Uuid Id, IReadOnlyList<DescribedPartition> Partitions);

/// <summary>A partition and where it is; the eligible leaders (KIP-966) are null where the broker does not say.</summary>
internal sealed record DescribedPartition(
    int Index, int Leader, IReadOnlyList<int> Replicas, IReadOnlyList<int> InSync, IReadOnlyList<int>? Eligible, IReadOnlyList<int>? LastKnownEligible);

/// <summary>A partition that is being moved (KIP-455).</summary>
internal sealed record DescribedMove(string Topic, int Partition, IReadOnlyList<int> Replicas, IReadOnlyList<int> Adding, IReadOnlyList<int> Removing);
