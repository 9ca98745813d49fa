using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// DescribeTopicPartitions.
/// <code>
///   UNKNOWN_TOPIC_OR_PARTITION   What_does_not_exist_is_named_with_its_error
///   INVALID_TOPIC_EXCEPTION      What_does_not_exist_is_named_with_its_error
///   INVALID_REQUEST              A_cursor_that_points_nowhere_is_refused
///   TOPIC_AUTHORIZATION_FAILED   TopicsAccessTests
/// </code>
/// </summary>
internal sealed class DescribeTopicPartitionsTests : BrokerFixture
{
    protected override Dictionary<string, string> Configuration => new() { ["max.request.partition.size.limit"] = "4" };

    [Test]
    public async Task A_topic_is_described_with_its_replicas_and_what_may_be_done_to_it()
    {
        var id = await CreateTopicAsync("orders", 2);
        var topic = (await DescribeAsync(["orders"])).Topics.Single();
        Assert.That((topic.Name, topic.TopicId, topic.IsInternal, topic.ErrorCode), Is.EqualTo(("orders", id, false, ErrorCode.None)));
        Assert.That(topic.TopicAuthorizedOperations, Is.EqualTo(0b1101_1111_1000), "all that a topic knows");
        var partition = topic.Partitions[1];
        Assert.That(
            (partition.PartitionIndex, partition.LeaderId.Value, partition.LeaderEpoch, partition.ReplicaNodes.Single().Value, partition.IsrNodes.Single().Value),
            Is.EqualTo((1, 1, 0, 1, 1)));
        Assert.That(partition.EligibleLeaderReplicas, Is.Empty);
        Assert.That(partition.LastKnownElr, Is.Empty);
        Assert.That(partition.OfflineReplicas, Is.Empty);
    }

    [Test]
    public async Task Pages_follow_each_other_in_the_order_of_names()
    {
        await CreateTopicAsync("b", 3);
        await CreateTopicAsync("a", 2);
        await CreateTopicAsync("c", 1);
        var seen = new List<(string?, int)>();
        DescribeTopicPartitionsRequest.CursorData? cursor = null;
        var pages = 0;
        do
        {
            var page = await DescribeAsync([], cursor, limit: 2);
            pages++;
            Assert.That(page.Topics.Sum(static topic => topic.Partitions.Count), Is.LessThanOrEqualTo(2));
            seen.AddRange(page.Topics.SelectMany(static topic => topic.Partitions.Select(partition => (topic.Name, partition.PartitionIndex))));
            cursor = page.NextCursor is { } next ? new DescribeTopicPartitionsRequest.CursorData { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex } : null;
        }
        while (cursor is not null);
        Assert.That(seen, Is.EqualTo(new (string?, int)[] { ("a", 0), ("a", 1), ("b", 0), ("b", 1), ("b", 2), ("c", 0) }));
        Assert.That(pages, Is.EqualTo(3));
    }

    [Test]
    public async Task The_brokers_limit_counts_where_the_client_wants_more()
    {
        await CreateTopicAsync("orders", 6);
        var page = await DescribeAsync(["orders"], limit: 2_000);
        Assert.That(page.Topics.Single().Partitions, Has.Count.EqualTo(4));
        Assert.That((page.NextCursor!.TopicName, page.NextCursor.PartitionIndex), Is.EqualTo(("orders", 4)));
        Assert.That((await DescribeAsync(["orders"], limit: 0)).Topics.Single().Partitions, Has.Count.EqualTo(1), "one at the least");
    }

    [Test]
    public async Task What_does_not_exist_is_named_with_its_error()
    {
        await CreateTopicAsync("orders");
        var topics = (await DescribeAsync(["orders", "missing", "a b"])).Topics;
        Assert.That(
            topics.Select(static topic => (topic.Name, topic.ErrorCode)),
            Is.EqualTo(new[] { ("a b", ErrorCode.InvalidTopicException), ("missing", ErrorCode.UnknownTopicOrPartition), ("orders", ErrorCode.None) }));
    }

    [TestCase("orders", -1)]
    [TestCase("other", 0)]
    public async Task A_cursor_that_points_nowhere_is_refused(string topic, int partition)
    {
        await CreateTopicAsync("orders");
        var response = await DescribeAsync(["orders"], new DescribeTopicPartitionsRequest.CursorData { TopicName = topic, PartitionIndex = partition });
        Assert.That(response.Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    private Task<DescribeTopicPartitionsResponse> DescribeAsync(string[] topics, DescribeTopicPartitionsRequest.CursorData? cursor = null, int limit = 2_000)
        => Client.SendAsync(new DescribeTopicPartitionsRequest
        {
            Topics = [.. topics.Select(static name => new DescribeTopicPartitionsRequest.TopicRequest { Name = name })],
            Cursor = cursor,
            ResponsePartitionLimit = limit,
        });
}
