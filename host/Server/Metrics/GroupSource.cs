using System.Globalization;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Groups;
using Kafka.Modular.Replication;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Server.Metrics;

/// <summary>Tells of the groups that this node coordinates. They are asked for before a page is written, for they live on loops of their own.</summary>
internal sealed class GroupSource(GroupCoordinator groups, ReplicaManager replicas)
{
    private volatile IReadOnlyList<GroupSummary> _groups = [];

    public void Register(MetricRegistry registry)
    {
        registry.Refresh(async _ => _groups = await groups.SummarizeAsync());
        registry.Read(GroupDefinitions.NumGroups, () => _groups.Count(static group => group.State.Length > 0));
        registry.Read(GroupDefinitions.NumOffsets, () => _groups.Sum(static group => group.Offsets.Count));
        OfState(registry, GroupDefinitions.NumGroupsEmpty, "Empty");
        OfState(registry, GroupDefinitions.NumGroupsPreparingRebalance, "PreparingRebalance");
        OfState(registry, GroupDefinitions.NumGroupsCompletingRebalance, "CompletingRebalance");
        OfState(registry, GroupDefinitions.NumGroupsStable, "Stable");
        OfState(registry, GroupDefinitions.NumGroupsDead, "Dead");
        registry.Source(GroupDefinitions.Members, sink =>
        {
            foreach (var group in _groups)
                sink.Add(group.MemberCount, group.GroupId);
        });
        OfOffset(registry, GroupDefinitions.CurrentOffset, GroupDefinitions.CurrentOffsetSum, static committed => committed.Offset);
        OfOffset(registry, GroupDefinitions.Lag, GroupDefinitions.LagSum, Lag);
    }

    private void OfState(MetricRegistry registry, MetricDefinition definition, string state) =>
        registry.Read(definition, () => _groups.Count(group => string.Equals(group.State, state, StringComparison.Ordinal)));

    private void OfOffset(MetricRegistry registry, MetricDefinition single, MetricDefinition sum, Func<(string Topic, int Partition, long Offset), long?> value)
    {
        registry.Source(single, sink =>
        {
            foreach (var group in _groups)
            {
                foreach (var committed in group.Offsets)
                {
                    if (value(committed) is { } number)
                        sink.Add(number, group.GroupId, committed.Topic, committed.Partition.ToString(CultureInfo.InvariantCulture));
                }
            }
        });
        registry.Source(sum, sink =>
        {
            foreach (var group in _groups)
            {
                foreach (var topic in group.Offsets.GroupBy(static committed => committed.Topic, StringComparer.Ordinal))
                    sink.Add(topic.Sum(committed => value(committed) ?? 0), group.GroupId, topic.Key);
            }
        });
    }

    /// <summary>Null where another broker leads the partition, and knows its end.</summary>
    private long? Lag((string Topic, int Partition, long Offset) committed) =>
        replicas.TryGet(new TopicPartition(committed.Topic, committed.Partition), out var partition) && partition is { IsLeader: true, Log: { } log }
            ? Math.Max(0, log.HighWatermark - committed.Offset)
            : null;
}
