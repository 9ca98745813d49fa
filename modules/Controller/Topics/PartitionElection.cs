using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>
/// Changes a partition when brokers come and go: who leads it and who is in sync. Pure: reads the state it is given. The controller's loop.
/// </summary>
internal static class PartitionElection
{
    /// <summary>A broker is not active any more: it leaves every ISR that it is not alone in, and leads nothing.</summary>
    public static void RemoveBroker(ControllerState state, int brokerId, List<MetadataRecord> records)
    {
        foreach (var topic in state.Image.Topics.ById.Values)
        {
            foreach (var (index, partition) in topic.Partitions)
            {
                if (partition.Isr.Contains(brokerId) || partition.Leader == brokerId)
                {
                    List<int> isr = [.. partition.Isr.AsSpan().ToArray().Where(id => id != brokerId)];

                    // The last in sync stays: it is the one who has all that was acknowledged.
                    Change(
                        topic.Id,
                        index,
                        partition,
                        isr.Count == 0 ? [brokerId] : isr,
                        id => id != brokerId && PartitionRecords.IsActive(state.Image.Cluster, id),
                        records);
                }
            }
        }
    }

    /// <summary>A broker is about to be active again (the image still has it fenced): it leads what waits for it.</summary>
    public static void AddBroker(ControllerState state, int brokerId, List<MetadataRecord> records)
    {
        foreach (var topic in state.Image.Topics.ById.Values)
        {
            foreach (var (index, partition) in topic.Partitions)
            {
                if (!partition.HasLeader && partition.Isr.Contains(brokerId))
                {
                    Change(topic.Id, index, partition, [.. partition.Isr], id => id == brokerId, records);
                }
            }
        }
    }

    /// <summary>What the ISR becomes, and a leader for it among those that are active; none when there is none.</summary>
    private static void Change(
        Uuid topicId,
        int index,
        PartitionRegistration partition,
        List<int> isr,
        Func<int, bool> mayLead,
        List<MetadataRecord> records)
    {
        var leader = partition.HasLeader && mayLead(partition.Leader) && isr.Contains(partition.Leader)
            ? partition.Leader
            : Elect(partition, isr, mayLead);
        var record = new PartitionChangeRecord { PartitionId = index, TopicId = topicId };
        if (!partition.Isr.AsSpan().SequenceEqual(isr.ToArray()))
        {
            record.Isr = [.. isr.Select(static id => new BrokerId(id))];
        }

        if (leader != partition.Leader)
        {
            record.Leader = new BrokerId(leader);
        }

        if (record.Isr is not null || leader != partition.Leader)
        {
            records.Add(new MetadataRecord(record, 0));
        }
    }

    private static int Elect(PartitionRegistration partition, List<int> isr, Func<int, bool> mayLead)
    {
        foreach (var replica in partition.Replicas)
        {
            if (isr.Contains(replica) && mayLead(replica))
            {
                return replica;
            }
        }

        return PartitionRegistration.NoLeader;
    }
}
