using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Consuming;

/// <summary>The bytes that members of a classic group of consumers tell each other through the coordinator: each after its version.</summary>
internal static class GroupProtocol
{
    public static byte[] WriteSubscription(IReadOnlyCollection<string> topics, short version) =>
        Write(new ConsumerProtocolSubscription { Topics = [.. topics.Order(StringComparer.Ordinal)] }, version);

    public static byte[] WriteAssignment(IEnumerable<TopicPartition> partitions, short version) => Write(
        new ConsumerProtocolAssignment
        {
            AssignedPartitions =
            [
                .. partitions.GroupBy(static each => each.Topic, StringComparer.Ordinal)
                    .Select(static topic => new ConsumerProtocolAssignment.TopicPartition { Topic = topic.Key, Partitions = [.. topic.Select(static each => each.Partition)] }),
            ],
        },
        version);

    /// <summary>The topics that a member subscribes to; none where its bytes cannot be read.</summary>
    public static IReadOnlySet<string> ReadTopics(ReadOnlyMemory<byte> subscription)
    {
        try
        {
            var reader = new ProtocolReader(subscription);
            var version = reader.ReadInt16();
            return ConsumerProtocolSubscription.Read(ref reader, Math.Min(version, ConsumerProtocolSubscription.HighestVersion)).Topics.ToHashSet(StringComparer.Ordinal);
        }
        catch (ProtocolException)
        {
            return new HashSet<string>(StringComparer.Ordinal);
        }
    }

    /// <summary>The partitions of an assignment; none for an empty one, which a group without partitions gives.</summary>
    /// <exception cref="KafkaClientException">The leader sent something else.</exception>
    public static IReadOnlyList<TopicPartition> ReadAssignment(ReadOnlyMemory<byte> assignment)
    {
        if (assignment.IsEmpty)
        {
            return [];
        }

        try
        {
            var reader = new ProtocolReader(assignment);
            var version = reader.ReadInt16();
            var read = ConsumerProtocolAssignment.Read(ref reader, Math.Min(version, ConsumerProtocolAssignment.HighestVersion));
            return [.. read.AssignedPartitions.SelectMany(static topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition)))];
        }
        catch (ProtocolException garbage)
        {
            throw new KafkaClientException(ErrorCode.InconsistentGroupProtocol, $"The group's leader sent an assignment that cannot be read: {garbage.Message}", garbage);
        }
    }

    private static byte[] Write(IMessageStruct message, short version)
    {
        using var writer = ProtocolWriter.CreateContiguous();
        writer.WriteInt16(version);
        message.Write(writer, version);
        return writer.WrittenMemory.ToArray();
    }
}
