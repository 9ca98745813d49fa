using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// DescribeLogDirs.
/// <code>
///   KAFKA_STORAGE_ERROR           (a disk that fails)
///   CLUSTER_AUTHORIZATION_FAILED  ClusterAccessTests
/// </code>
/// </summary>
internal sealed class DescribeLogDirsTests : BrokerFixture
{
    [Test]
    public async Task Every_version_describes_the_replicas_in_each_directory([Range(1, 4)] short version)
    {
        await CreateTopicAsync("orders", 2);
        var batch = Batch("a", "b", "c");
        await ProduceAsync("orders", batch, 1);
        var response = await Client.SendAsync(new DescribeLogDirsRequest { Topics = null }, version);
        var directory = response.Results.Single();
        Assert.That((response.ErrorCode, directory.ErrorCode), Is.EqualTo((ErrorCode.None, ErrorCode.None)));
        Assert.That(Path.IsPathRooted(directory.LogDir), Is.True);
        var partitions = directory.Topics.Single(static topic => topic.Name == "orders").Partitions.OrderBy(static each => each.PartitionIndex);
        Assert.That(
            partitions.Select(static each => (each.PartitionIndex, each.PartitionSize, each.OffsetLag, each.IsFutureKey)),
            Is.EqualTo(new[] { (0, 0L, 0L, false), (1, (long)batch.Length, 0L, false) }));
        Assert.That(directory.UsableBytes, version >= 4 ? Is.GreaterThan(0) : Is.EqualTo(-1));
        Assert.That(directory.TotalBytes, version >= 4 ? Is.GreaterThanOrEqualTo(directory.UsableBytes) : Is.EqualTo(-1));
    }

    [Test]
    public async Task Only_the_partitions_that_are_asked_for_come()
    {
        await CreateTopicAsync("orders", 2);
        await CreateTopicAsync("other");
        var request = new DescribeLogDirsRequest
        {
            Topics =
            [
                new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = "orders", Partitions = [1, 9] },
                new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = "missing", Partitions = [0] },
            ],
        };
        var directory = (await Client.SendAsync(request)).Results.Single();
        Assert.That(directory.Topics.Single().Partitions.Single().PartitionIndex, Is.EqualTo(1));
    }

    [Test]
    public async Task Nothing_asked_for_describes_the_directories_alone()
    {
        await CreateTopicAsync("orders");
        Assert.That((await Client.SendAsync(new DescribeLogDirsRequest { Topics = [] })).Results.Single().Topics, Is.Empty);
    }
}
