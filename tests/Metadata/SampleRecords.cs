using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Tests;

/// <summary>Records with what a test does not care about filled in.</summary>
internal static class SampleRecords
{
    public static FeatureLevelRecord Version(short level = 29) => new() { Name = MetadataVersion.FeatureName, FeatureLevel = level };

    public static FeatureLevelRecord Feature(string name, short level) => new() { Name = name, FeatureLevel = level };

    public static TopicRecord Topic(string name, Uuid id) => new() { Name = name, TopicId = id };

    public static PartitionRecord Partition(Uuid topic, int index, int[] replicas, int leader, int leaderEpoch = 0, int partitionEpoch = 0) => new()
    {
        TopicId = topic,
        PartitionId = index,
        Replicas = Ids(replicas),
        Isr = [.. replicas],
        Leader = (BrokerId)leader,
        LeaderEpoch = leaderEpoch,
        PartitionEpoch = partitionEpoch,
        Directories = [.. replicas.Select(replica => new Uuid(replica, 1000))],
    };

    public static PartitionChangeRecord Change(Uuid topic, int index) => new() { TopicId = topic, PartitionId = index };

    public static RegisterBrokerRecord Broker(int id, long epoch, bool fenced = true) => new()
    {
        BrokerId = (BrokerId)id,
        BrokerEpoch = epoch,
        IncarnationId = new Uuid(id, epoch),
        Fenced = fenced,
        EndPoints = [new() { Name = "PLAINTEXT", Host = "localhost", Port = (ushort)(9092 + id), SecurityProtocol = 0 }],
        Features = [new() { Name = MetadataVersion.FeatureName, MinSupportedVersion = 7, MaxSupportedVersion = 29 }],
        LogDirs = [new Uuid(id, 1000)],
    };

    public static ConfigRecord TopicConfig(string topic, string key, string? value) =>
        new() { ResourceType = 2, ResourceName = topic, Name = key, Value = value };

    public static List<BrokerId> Ids(params int[] ids) => [.. ids.Select(id => (BrokerId)id)];

    /// <summary>The image after the records.</summary>
    public static MetadataImage Replay(this MetadataImage image, params IMetadataRecord[] records) =>
        Delta(image, records).Apply(image.Provenance with { LastContainedOffset = image.Provenance.LastContainedOffset + records.Length });

    /// <summary>The delta of the records.</summary>
    public static MetadataDelta Delta(this MetadataImage image, params IMetadataRecord[] records)
    {
        var delta = new MetadataDelta(image);
        foreach (var record in records)
            delta.Replay(record);
        return delta;
    }
}
