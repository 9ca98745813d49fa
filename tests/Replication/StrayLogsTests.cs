using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Replication.Tests;

public sealed class StrayLogsTests
{
    private static readonly Uuid s_topic = new(1, 2);

    [Test]
    public void A_log_is_stray_without_an_id_of_another_topic_of_no_partition_or_of_other_brokers()
    {
        var delta = new MetadataDelta(MetadataImage.Empty);
        delta.Replay(new TopicRecord { Name = "orders", TopicId = s_topic });
        delta.Replay(new PartitionRecord { TopicId = s_topic, PartitionId = 0, Replicas = [new BrokerId(1), new BrokerId(2)], Isr = [new BrokerId(1)], Leader = new BrokerId(1) });
        var topics = delta.Apply(MetadataProvenance.Empty).Topics;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(StrayLogs.IsStray(s_topic, 0, topics, 1), Is.False);
            Assert.That(StrayLogs.IsStray(s_topic, 0, topics, 2), Is.False);
            Assert.That(StrayLogs.IsStray(s_topic, 0, topics, 3), "not one of its replicas");
            Assert.That(StrayLogs.IsStray(s_topic, 1, topics, 1), "no such partition");
            Assert.That(StrayLogs.IsStray(new Uuid(3, 4), 0, topics, 1), "a topic that was deleted");
            Assert.That(StrayLogs.IsStray(null, 0, topics, 1), "no id");
        }
    }
}
