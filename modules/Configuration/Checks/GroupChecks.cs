using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Checks;

/// <summary>Rules over several keys of groups, those of Kafka's <c>GroupCoordinatorConfig</c> and <c>ShareGroupConfig</c>.</summary>
internal static class GroupChecks
{
    public static void Check(CheckContext context)
    {
        context.RequireAtMost(BrokerKeys.GroupMinSessionTimeoutMs, BrokerKeys.GroupMaxSessionTimeoutMs);
        Between(context, BrokerKeys.GroupConsumerMinHeartbeatIntervalMs, BrokerKeys.GroupConsumerHeartbeatIntervalMs, BrokerKeys.GroupConsumerMaxHeartbeatIntervalMs);
        Between(context, BrokerKeys.GroupConsumerMinSessionTimeoutMs, BrokerKeys.GroupConsumerSessionTimeoutMs, BrokerKeys.GroupConsumerMaxSessionTimeoutMs);
        Less(context, BrokerKeys.GroupConsumerHeartbeatIntervalMs, BrokerKeys.GroupConsumerSessionTimeoutMs);
        Between(context, BrokerKeys.GroupShareMinHeartbeatIntervalMs, BrokerKeys.GroupShareHeartbeatIntervalMs, BrokerKeys.GroupShareMaxHeartbeatIntervalMs);
        Between(context, BrokerKeys.GroupShareMinSessionTimeoutMs, BrokerKeys.GroupShareSessionTimeoutMs, BrokerKeys.GroupShareMaxSessionTimeoutMs);
        Less(context, BrokerKeys.GroupShareHeartbeatIntervalMs, BrokerKeys.GroupShareSessionTimeoutMs);
        Between(context, BrokerKeys.GroupShareMinRecordLockDurationMs, BrokerKeys.GroupShareRecordLockDurationMs, BrokerKeys.GroupShareMaxRecordLockDurationMs);
        context.RequireAtMost(BrokerKeys.GroupShareMaxSize, BrokerKeys.GroupShareMaxShareSessions);
        Between(context, BrokerKeys.GroupStreamsMinHeartbeatIntervalMs, BrokerKeys.GroupStreamsHeartbeatIntervalMs, BrokerKeys.GroupStreamsMaxHeartbeatIntervalMs);
        Between(context, BrokerKeys.GroupStreamsMinSessionTimeoutMs, BrokerKeys.GroupStreamsSessionTimeoutMs, BrokerKeys.GroupStreamsMaxSessionTimeoutMs);
        Less(context, BrokerKeys.GroupStreamsHeartbeatIntervalMs, BrokerKeys.GroupStreamsSessionTimeoutMs);
        context.RequireAtMost(BrokerKeys.GroupStreamsNumStandbyReplicas, BrokerKeys.GroupStreamsMaxStandbyReplicas);
        CheckLists(context);
    }

    private static void CheckLists(CheckContext context)
    {
        var values = context.Values;
        context.Require(
            values.List(BrokerKeys.GroupCoordinatorRebalanceProtocols).Contains("classic"),
            BrokerKeys.GroupCoordinatorRebalanceProtocols,
            "the classic protocol cannot be turned off");
        context.Require(values.List(BrokerKeys.GroupConsumerAssignors).Count > 0, BrokerKeys.GroupConsumerAssignors, "there must be at least one assignor");
        context.Require(values.List(BrokerKeys.GroupShareAssignors).Count == 1, BrokerKeys.GroupShareAssignors, "there must be exactly one assignor");
        context.Require(
            values.Int32(BrokerKeys.ShareCoordinatorSnapshotUpdateRecordsPerSnapshot) <= 500,
            BrokerKeys.ShareCoordinatorSnapshotUpdateRecordsPerSnapshot,
            "must be at most 500");
    }

    private static void Between(CheckContext context, ConfigurationKey minimum, ConfigurationKey value, ConfigurationKey maximum)
    {
        if (context.Number(minimum) > context.Number(maximum))
        {
            context.RequireAtMost(minimum, maximum);
            return;
        }

        context.RequireAtMost(minimum, value);
        context.RequireAtMost(value, maximum);
    }

    private static void Less(CheckContext context, ConfigurationKey small, ConfigurationKey large) =>
        context.Require(context.Number(small) < context.Number(large), small, $"must be less than {large} ({context.Number(large)}), found {context.Number(small)}");
}
