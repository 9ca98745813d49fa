using System.Collections.Frozen;
using Kafka.Modular.Groups;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>The topics that the broker itself writes, and that clients may not: Kafka's <c>Topic.isInternal</c>.</summary>
internal static class InternalTopicNames
{
    private static readonly FrozenSet<string> s_all =
        FrozenSet.Create(StringComparer.Ordinal, GroupCoordinator.OffsetsTopic, "__transaction_state", "__share_group_state");

    public static bool Contains(string topic) => s_all.Contains(topic);
}
