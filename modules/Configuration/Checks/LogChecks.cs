using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Checks;

/// <summary>Rules over several keys of logs and replication, those of Kafka's <c>KafkaConfig.validateValues</c>.</summary>
internal static class LogChecks
{
    public static void Check(CheckContext context)
    {
        var values = context.Values;
        context.Require(values.Int64(BrokerKeys.LogRollMs) >= 1, BrokerKeys.LogRollMs, "must be at least 1");
        context.Require(values.Int64(BrokerKeys.LogRollJitterMs) >= 0, BrokerKeys.LogRollJitterMs, "must be at least 0");
        var retention = values.Int64(BrokerKeys.LogRetentionMs);
        context.Require(retention is >= 1 or -1, BrokerKeys.LogRetentionMs, "must be at least 1, or -1 for no limit");
        context.Require(values.List(BrokerKeys.LogDirs).Count > 0, BrokerKeys.LogDirs, "there must be at least one log directory");
        var threads = values.Int32(BrokerKeys.LogCleanerThreads);
        context.Require(
            threads == 0 || values.Int64(BrokerKeys.LogCleanerDedupeBufferSize) / threads > 1024 * 1024,
            BrokerKeys.LogCleanerDedupeBufferSize,
            $"must be more than 1 MiB for each of the {threads} cleaner threads");
        context.RequireAtMost(BrokerKeys.LogCleanerMinCompactionLagMs, BrokerKeys.LogCleanerMaxCompactionLagMs);
        context.RequireAtMost(BrokerKeys.ReplicaFetchWaitMaxMs, BrokerKeys.ReplicaSocketTimeoutMs);
        context.RequireAtMost(BrokerKeys.ReplicaFetchWaitMaxMs, BrokerKeys.ReplicaLagTimeMaxMs);
        CheckReplicas(context);
        CheckRemote(context);
    }

    // Kafka starts with these, and then no write with acks=all succeeds.
    private static void CheckReplicas(CheckContext context)
    {
        WarnIfMore(context, BrokerKeys.MinInsyncReplicas, BrokerKeys.DefaultReplicationFactor);
        WarnIfMore(context, BrokerKeys.TransactionStateLogMinIsr, BrokerKeys.TransactionStateLogReplicationFactor);
        WarnIfMore(context, BrokerKeys.ShareCoordinatorStateTopicMinIsr, BrokerKeys.ShareCoordinatorStateTopicReplicationFactor);
    }

    private static void WarnIfMore(CheckContext context, ConfigurationKey minimum, ConfigurationKey replicas)
    {
        if (context.Number(minimum) > context.Number(replicas))
        {
            context.Warn(minimum, $"is {context.Number(minimum)}, more than {replicas} ({context.Number(replicas)}): no write with acks=all would succeed");
        }
    }

    private static void CheckRemote(CheckContext context)
    {
        if (!context.Values.Boolean(BrokerKeys.RemoteLogStorageSystemEnable))
        {
            return;
        }

        context.Require(
            context.Values.TextOrNull(BrokerKeys.RemoteLogStorageManagerClassName) is not null,
            BrokerKeys.RemoteLogStorageSystemEnable,
            "no remote storage is built in, leave it at false");
        RequireLocalWithin(context, BrokerKeys.LogLocalRetentionBytes, BrokerKeys.LogRetentionBytes);
        RequireLocalWithin(context, BrokerKeys.LogLocalRetentionMs, BrokerKeys.LogRetentionMs);
    }

    private static void RequireLocalWithin(CheckContext context, ConfigurationKey local, ConfigurationKey all)
    {
        long part = context.Number(local), whole = context.Number(all);
        if (whole >= 0 && part != -2)
        {
            context.Require(part != -1 && part <= whole, local, $"must be -2 or at most {all} ({whole}), found {part}");
        }
    }
}
