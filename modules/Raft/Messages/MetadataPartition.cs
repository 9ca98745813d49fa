namespace Kafka.Modular.Raft.Messages;

/// <summary>The one partition that the quorum replicates.</summary>
internal static class MetadataPartition
{
    /// <summary>Name of its topic.</summary>
    public const string Topic = "__cluster_metadata";

    /// <summary>Its number.</summary>
    public const int Partition = 0;
}
