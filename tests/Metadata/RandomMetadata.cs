using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using static Kafka.Modular.Metadata.Tests.SampleRecords;

namespace Kafka.Modular.Metadata.Tests;

/// <summary>Makes records of every kind that fit an image, from a seed.</summary>
internal sealed class RandomMetadata(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>An image after so many random records.</summary>
    public MetadataImage Image(int records)
    {
        var image = MetadataImage.Empty.Replay(
            Version(), Feature(KafkaFeature.EligibleLeaderReplicasVersion.Name, 1), Feature(KafkaFeature.GroupVersion.Name, 1));
        return Change(image, records);
    }

    /// <summary>The image after so many more random records, applied a few at a time.</summary>
    public MetadataImage Change(MetadataImage image, int records)
    {
        while (records > 0)
        {
            var delta = new MetadataDelta(image);
            var count = Math.Min(records, 1 + _random.Next(8));
            for (var left = count; left > 0; left--)
            {
                // What the delta did so far counts: a topic deleted in it must not change any more.
                foreach (var record in Next(delta.Apply(default)))
                    delta.Replay(record);
            }

            records -= count;
            image = delta.Apply(image.Provenance with { LastContainedOffset = image.Provenance.LastContainedOffset + count });
        }

        return image;
    }

    private IEnumerable<IMetadataRecord> Next(MetadataImage image) => _random.Next(12) switch
    {
        0 or 1 => NewTopic(),
        2 => image.Topics.IsEmpty ? NewTopic() : ChangedPartition(image),
        3 => image.Topics.IsEmpty ? [] : [new RemoveTopicRecord { TopicId = Pick(image.Topics.ById.Keys) }],
        4 => [TopicConfig(Name(), Name(), _random.Next(3) == 0 ? null : Name())],
        5 => [Broker(_random.Next(5), _random.Next(1000), _random.Next(2) == 0)],
        6 => image.Cluster.Brokers.IsEmpty ? [] : ChangedBroker(image),
        7 => [Quota()],
        8 => [new ProducerIdsRecord { BrokerId = (BrokerId)1, BrokerEpoch = 1, NextProducerId = _random.NextInt64(1, long.MaxValue) }],
        9 => [Acl()],
        10 => [Scram(), new RemoveUserScramCredentialRecord { Name = Name(), Mechanism = 1 }],
        _ => [Token(), Controller(), Feature("made.up." + Name(), (short)_random.Next(3)), new NoOpRecord()],
    };

    private IEnumerable<IMetadataRecord> NewTopic()
    {
        var id = Id();
        yield return Topic("topic-" + id, id);
        for (var index = _random.Next(4); index >= 0; index--)
        {
            var partition = Partition(id, index, [0, 1, 2], _random.Next(3), _random.Next(9), _random.Next(9));
            if (_random.Next(2) == 0)
            {
                partition.Isr = [0];
                partition.EligibleLeaderReplicas = Ids(1);
                partition.LastKnownElr = Ids(2);
                partition.AddingReplicas = Ids(2);
                partition.RemovingReplicas = Ids(1);
                partition.LeaderRecoveryState = 1;
            }

            yield return partition;
        }
    }

    private IEnumerable<IMetadataRecord> ChangedPartition(MetadataImage image)
    {
        var topic = Pick(image.Topics.ById.Values);
        var change = SampleRecords.Change(topic.Id, Pick(topic.Partitions).Key);
        change.Isr = Ids(1, 2);
        change.Leader = (BrokerId)(_random.Next(5) - 2);
        change.LeaderRecoveryState = (sbyte)(_random.Next(3) - 1);
        if (_random.Next(2) == 0)
        {
            change.Replicas = Ids(1, 2);
            change.Directories = [Id(), Id()];
        }

        yield return change;
        if (_random.Next(4) == 0)
            yield return new ClearElrRecord { TopicName = _random.Next(2) == 0 ? "" : topic.Name };
    }

    private IEnumerable<IMetadataRecord> ChangedBroker(MetadataImage image)
    {
        var broker = Pick(image.Cluster.Brokers.Values);
        yield return new BrokerRegistrationChangeRecord
        {
            BrokerId = (BrokerId)broker.Id,
            BrokerEpoch = broker.Epoch,
            Fenced = (sbyte)(_random.Next(3) - 1),
            InControlledShutdown = (sbyte)_random.Next(2),
            LogDirs = _random.Next(2) == 0 ? [] : [Id()],
        };
        if (_random.Next(4) == 0)
            yield return new UnregisterBrokerRecord { BrokerId = (BrokerId)broker.Id, BrokerEpoch = broker.Epoch };
    }

    private ClientQuotaRecord Quota() => new()
    {
        Entity = [new() { EntityType = "user", EntityName = _random.Next(3) == 0 ? null : Name() }, new() { EntityType = "client-id", EntityName = Name() }],
        Key = Name(),
        Value = _random.NextDouble(),
        Remove = _random.Next(3) == 0,
    };

    private AccessControlEntryRecord Acl() => new()
    {
        Id = Id(),
        ResourceType = 2,
        ResourceName = Name(),
        PatternType = 3,
        Principal = "User:" + Name(),
        Host = "*",
        Operation = 3,
        PermissionType = 3,
    };

    private UserScramCredentialRecord Scram() => new()
    {
        Name = Name(),
        Mechanism = (sbyte)(1 + _random.Next(2)),
        Salt = Bytes(),
        StoredKey = Bytes(),
        ServerKey = Bytes(),
        Iterations = 4096,
    };

    private DelegationTokenRecord Token() => new()
    {
        TokenId = Name(),
        Owner = "User:" + Name(),
        Requester = "User:" + Name(),
        Renewers = ["User:" + Name()],
        IssueTimestamp = 1,
        MaxTimestamp = 3,
        ExpirationTimestamp = _random.Next(),
    };

    private RegisterControllerRecord Controller() => new()
    {
        ControllerId = _random.Next(3),
        IncarnationId = Id(),
        EndPoints = [new() { Name = "CONTROLLER", Host = Name(), Port = 9093, SecurityProtocol = 1 }],
        Features = [new() { Name = "kraft.version", MinSupportedVersion = 0, MaxSupportedVersion = 1 }],
    };

    private Uuid Id() => new(_random.NextInt64(), _random.NextInt64());

    private string Name() => "name-" + _random.Next(20);

    private byte[] Bytes()
    {
        var bytes = new byte[8];
        _random.NextBytes(bytes);
        return bytes;
    }

    private T Pick<T>(IEnumerable<T> items)
    {
        var list = items.ToArray();
        return list[_random.Next(list.Length)];
    }
}
