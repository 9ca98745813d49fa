using Kafka.Modular.Metadata.Records;

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
                    // The last in sync stays, though it leads no longer: it is the one who has all that was acknowledged.
                    Add(records, new PartitionChange(
                        state, topic.Id, index, partition, id => id != brokerId && PartitionRecords.IsActive(state.Image.Cluster, id))
                    {
                        Isr = [.. partition.Isr.Where(id => id != brokerId)],
                    });
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
                    Add(records, new PartitionChange(state, topic.Id, index, partition, id => id == brokerId));
                }
            }
        }
    }

    private static void Add(List<MetadataRecord> records, PartitionChange change)
    {
        if (change.Build() is { } record)
        {
            records.Add(record);
        }
    }
}
