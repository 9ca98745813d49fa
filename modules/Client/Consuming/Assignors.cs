using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Client.Consuming;

/// <summary>How the leader of a classic group divides partitions: the same for everybody who computes it.</summary>
internal static class Assignors
{
    /// <summary>Divides the partitions of the topics among the members that subscribe to them.</summary>
    /// <param name="name">range or roundrobin.</param>
    /// <param name="members">Each member with its sort key (its instance id, else its member id) and topics.</param>
    /// <param name="partitions">How many partitions each topic has.</param>
    public static Dictionary<string, List<TopicPartition>> Assign(
        string name, IReadOnlyCollection<GroupSubscriber> members, IReadOnlyDictionary<string, int> partitions)
    {
        var result = members.ToDictionary(static member => member.MemberId, static _ => new List<TopicPartition>(), StringComparer.Ordinal);

        // Static members keep their place by their instance id; they come before dynamic ones, as in Kafka.
        var sorted = members.OrderBy(static member => member.InstanceId is null ? 1 : 0).ThenBy(static member => member.InstanceId ?? member.MemberId, StringComparer.Ordinal).ToList();
        var topics = members.SelectMany(static member => member.Topics).Distinct(StringComparer.Ordinal).Where(partitions.ContainsKey).Order(StringComparer.Ordinal).ToList();
        if (name == "roundrobin")
        {
            AssignRoundRobin(sorted, topics, partitions, result);
        }
        else
        {
            AssignRange(sorted, topics, partitions, result);
        }

        return result;
    }

    private static void AssignRange(
        List<GroupSubscriber> sorted, List<string> topics, IReadOnlyDictionary<string, int> partitions, Dictionary<string, List<TopicPartition>> result)
    {
        foreach (var topic in topics)
        {
            var consumers = sorted.FindAll(member => member.Topics.Contains(topic));
            var (each, more) = Math.DivRem(partitions[topic], consumers.Count);
            var next = 0;
            for (var i = 0; i < consumers.Count; i++)
            {
                var count = each + (i < more ? 1 : 0);
                for (var end = next + count; next < end; next++)
                {
                    result[consumers[i].MemberId].Add(new TopicPartition(topic, next));
                }
            }
        }
    }

    private static void AssignRoundRobin(
        List<GroupSubscriber> sorted, List<string> topics, IReadOnlyDictionary<string, int> partitions, Dictionary<string, List<TopicPartition>> result)
    {
        var turn = 0;
        foreach (var topic in topics)
        {
            for (var partition = 0; partition < partitions[topic]; partition++)
            {
                while (!sorted[turn % sorted.Count].Topics.Contains(topic))
                {
                    turn++;
                }

                result[sorted[turn++ % sorted.Count].MemberId].Add(new TopicPartition(topic, partition));
            }
        }
    }
}
