using Kafka.Modular.Coordination;
using Kafka.Modular.Groups.Classic;

namespace Kafka.Modular.Groups.Offsets;

/// <summary>
/// Drops offsets that nobody has used for <c>offsets.retention.minutes</c>, and groups that have none left (KIP-211). Lives on the shard's loop.
/// </summary>
internal sealed class OffsetExpiration(
    ClassicGroupRegistry groups,
    GroupOffsets offsets,
    ICoordinatorTimers<GroupRecord> timers,
    GroupCoordinatorConfig config)
{
    private const string TimerKey = "expire-group-metadata";

    /// <summary>Looks for expired offsets each <c>offsets.retention.check.interval.ms</c> from now on.</summary>
    public void Start() => timers.Schedule(TimerKey, config.OffsetsRetentionCheckIntervalMs, () =>
    {
        Start();
        var output = new GroupOutput { IsAtomic = false };
        Expire(output);
        return output.ToResult();
    });

    /// <summary>Writes tombstones for all that has expired.</summary>
    public void Expire(GroupOutput output)
    {
        foreach (var group in groups.All)
        {
            if (ExpireOffsets(group, output) && group.State == ClassicGroupState.Empty && group.PendingJoinMembers.Count == 0)
            {
                output.Write(new GroupMetadataRecord(group.GroupId, null));
            }
        }
    }

    /// <summary>True when the group has no offsets left.</summary>
    private bool ExpireOffsets(ClassicGroup group, GroupOutput output)
    {
        if (!offsets.HasAny(group.GroupId))
        {
            return true;
        }

        if (BaseTimestamp(group) is not { } baseTimestamp)
        {
            return false;
        }

        var allExpired = true;
        foreach (var (topic, partitions) in offsets.Of(group.GroupId))
        {
            var subscribed = group.IsSubscribedTo(topic);
            foreach (var (partition, committed) in partitions)
            {
                if (!subscribed && IsExpired(committed, baseTimestamp(committed)))
                {
                    output.Write(new OffsetCommitRecord(group.GroupId, topic, partition, null));
                }
                else
                {
                    allExpired = false;
                }
            }
        }

        return allExpired;
    }

    /// <summary>From when the retention counts: since the group is empty, or, for a topic nobody reads and a group that only commits, since the commit.</summary>
    private static Func<OffsetAndMetadata, long>? BaseTimestamp(ClassicGroup group)
    {
        if (group.ProtocolType is null)
        {
            return static committed => committed.CommitTimestampMs;
        }

        if (group.State == ClassicGroupState.Empty)
        {
            return committed => group.CurrentStateTimestampMs == -1 ? committed.CommitTimestampMs : group.CurrentStateTimestampMs;
        }

        return group is { State: ClassicGroupState.Stable, ProtocolType: ClassicGroup.ConsumerProtocolType, SubscribedTopics: not null }
            ? static committed => committed.CommitTimestampMs
            : null;
    }

    private bool IsExpired(OffsetAndMetadata committed, long baseTimestampMs)
        => committed.ExpireTimestampMs >= 0
            ? timers.NowMs >= committed.ExpireTimestampMs
            : timers.NowMs - baseTimestampMs >= config.OffsetsRetentionMs;
}
