namespace Kafka.Modular.Cli.Frame;

/// <summary>Which class runs which tool. A tool's code is loaded when it is the one that is called.</summary>
internal static class Tools
{
    /// <summary>The tool's entry; null for a name that has none.</summary>
    public static Func<ToolCall, Task<int>>? Find(string tool) => tool switch
    {
        "kafka-acls" => Acls.AclsTool.RunAsync,
        "acls-explain" => Acls.AclsExplainTool.RunAsync,
        "kafka-configs" => Configs.ConfigsTool.RunAsync,
        "kafka-groups" => Groups.GroupsTool.RunAsync,
        "kafka-consumer-groups" => Groups.ConsumerGroupsTool.RunAsync,
        "kafka-broker-api-versions" => Cluster.ApiVersionsTool.RunAsync,
        "kafka-cluster" => Cluster.ClusterTool.RunAsync,
        "kafka-features" => Cluster.FeaturesTool.RunAsync,
        "kafka-metadata-quorum" => Cluster.QuorumTool.RunAsync,
        "kafka-log-dirs" => Replicas.LogDirsTool.RunAsync,
        "kafka-delete-records" => Topics.DeleteRecordsTool.RunAsync,
        "kafka-leader-election" => Replicas.LeaderElectionTool.RunAsync,
        "kafka-dump-log" => DumpLog.DumpLogTool.RunAsync,
        "kafka-reassign-partitions" => Replicas.ReassignTool.RunAsync,
        "kafka-client-metrics" => Configs.ClientMetricsTool.RunAsync,
        "kafka-server-start" => Serve.ServerStartTool.RunAsync,
        "kafka-server-stop" => Serve.ServerStopTool.RunAsync,
        "kafka-topics" => Topics.TopicsTool.RunAsync,
        "kafka-storage" => Storage.StorageTool.RunAsync,
        "kafka-console-producer" => Records.ConsoleProducerTool.RunAsync,
        "kafka-console-consumer" => Records.ConsoleConsumerTool.RunAsync,
        "kafka-producer-perf-test" => Performance.ProducerPerfTool.RunAsync,
        "kafka-consumer-perf-test" => Performance.ConsumerPerfTool.RunAsync,
        "kafka-verifiable-producer" => Verifiable.VerifiableProducerTool.RunAsync,
        "kafka-verifiable-consumer" => Verifiable.VerifiableConsumerTool.RunAsync,
        "kafka-get-offsets" => Offsets.GetOffsetsTool.RunAsync,
        _ => null,
    };
}
