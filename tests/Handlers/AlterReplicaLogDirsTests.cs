using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// AlterReplicaLogDirs.
/// <code>
///   LOG_DIR_NOT_FOUND            A_directory_that_is_not_the_brokers_is_not_found
///   UNKNOWN_TOPIC_OR_PARTITION   What_does_not_exist_begins_where_it_was_asked_for
///   INVALID_TOPIC_EXCEPTION      A_name_that_is_too_long_for_a_copys_is_refused
///   REPLICA_NOT_AVAILABLE        (needs a second broker)
///   CLUSTER_AUTHORIZATION_FAILED ClusterAccessTests
///   KAFKA_STORAGE_ERROR          (a disk that fails)
/// </code>
/// </summary>
internal sealed class AlterReplicaLogDirsTests : BrokerFixture
{
    protected override Dictionary<string, string> Configuration => new() { ["log.dirs"] = "/memory/a,/memory/b" };

    [Test]
    public async Task Every_version_moves_a_replica_with_all_its_records([Range(1, 2)] short version)
    {
        await CreateTopicAsync("orders", 1, ("segment.bytes", "1048576"));
        for (var batch = 0; batch < 50; batch++)
        {
            var produced = await ProduceAsync("orders", Batch([.. Enumerable.Range(0, 20).Select(index => $"{batch} {index} {new string('x', 5_000)}")]));
            Assert.That(produced.ErrorCode, Is.EqualTo(ErrorCode.None));
        }

        var (from, to) = await PlacesAsync("orders");
        var size = (await DescribeAsync()).Single(static each => each.Topic == "orders").Size;
        Assert.That(await MoveAsync("orders", to, version: version), Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => (await DescribeAsync()).Where(static each => each.Topic == "orders").Select(static each => (each.Path, each.IsFuture)).ToList() is [var only] && only == (to, false));
        Assert.That((await DescribeAsync()).Single(static each => each.Topic == "orders").Size, Is.EqualTo(size));
        Assert.That(await CountAsync("orders"), Is.EqualTo(1_000));
        Assert.That((await ProduceAsync("orders", Batch("after"))).BaseOffset, Is.EqualTo(1_000));
        Assert.That(await MoveAsync("orders", from), Is.EqualTo(ErrorCode.None), "and back");
        await Eventually.UntilAsync(async () => (await PlacesAsync("orders")).Place == from);
        Assert.That(await CountAsync("orders"), Is.EqualTo(1_001));
    }

    [Test]
    public async Task Producers_do_not_notice()
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("first"));
        for (var turn = 0; turn < 6; turn++)
        {
            var (_, to) = await PlacesAsync("orders");
            Assert.That(await MoveAsync("orders", to), Is.EqualTo(ErrorCode.None));
            while ((await PlacesAsync("orders")).Place != to)
            {
                Assert.That((await ProduceAsync("orders", Batch("more"))).ErrorCode, Is.EqualTo(ErrorCode.None));
            }
        }

        var end = (await ProduceAsync("orders", Batch("last"))).BaseOffset + 1;
        Assert.That(await CountAsync("orders"), Is.EqualTo(end));
    }

    [Test]
    public async Task A_log_that_starts_inside_of_a_batch_moves_too()
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("a", "b", "c"));
        await Client.SendAsync(new DeleteRecordsRequest
        {
            TimeoutMs = 10_000,
            Topics = [new DeleteRecordsRequest.DeleteRecordsTopic { Name = "orders", Partitions = [new DeleteRecordsRequest.DeleteRecordsPartition { Offset = 2 }] }],
        });
        var (_, to) = await PlacesAsync("orders");
        await MoveAsync("orders", to);
        await Eventually.UntilAsync(async () => (await PlacesAsync("orders")).Place == to);
        var fetched = await FetchAsync("orders", 2);
        Assert.That((fetched.LogStartOffset, fetched.HighWatermark), Is.EqualTo((2L, 3L)));
        Assert.That((await FetchAsync("orders", 1)).ErrorCode, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task A_topic_that_is_deleted_while_it_moves_is_gone()
    {
        await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("a"));
        await MoveAsync("orders", (await PlacesAsync("orders")).Other);
        var deleted = await Client.SendAsync(new DeleteTopicsRequest { Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = "orders" }], TimeoutMs = 10_000 });
        Assert.That(deleted.Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        await Eventually.UntilAsync(async () => (await DescribeAsync()).TrueForAll(static each => each.Topic != "orders"));
    }

    [Test]
    public async Task A_replica_stays_where_it_is_asked_to_be_already()
    {
        await CreateTopicAsync("orders");
        var (place, _) = await PlacesAsync("orders");
        Assert.That(await MoveAsync("orders", place), Is.EqualTo(ErrorCode.None));
        Assert.That((await DescribeAsync()).Single(static each => each.Topic == "orders").Path, Is.EqualTo(place));
    }

    [Test]
    public async Task A_directory_that_is_not_the_brokers_is_not_found()
    {
        await CreateTopicAsync("orders");
        Assert.That(await MoveAsync("orders", "/memory/c"), Is.EqualTo(ErrorCode.LogDirNotFound));
    }

    [TestCase("/memory/a")]
    [TestCase("/memory/b")]
    public async Task What_does_not_exist_begins_where_it_was_asked_for(string path)
    {
        Assert.That(await MoveAsync("orders", path), Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        await CreateTopicAsync("orders");
        Assert.That((await PlacesAsync("orders")).Place, Is.EqualTo(path));
    }

    [Test]
    public async Task A_name_that_is_too_long_for_a_copys_is_refused()
    {
        var name = new string('x', 240);
        await CreateTopicAsync(name);
        Assert.That(await MoveAsync(name, "/memory/a"), Is.EqualTo(ErrorCode.InvalidTopicException));
    }

    private async Task<ErrorCode> MoveAsync(string topic, string path, int partition = 0, short version = 2)
    {
        var request = new AlterReplicaLogDirsRequest
        {
            Dirs =
            [
                new AlterReplicaLogDirsRequest.AlterReplicaLogDir
                {
                    Path = path, Topics = [new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic { Name = topic, Partitions = [partition] }],
                },
            ],
        };
        return (await Client.SendAsync(request, version)).Results.Single().Partitions.Single().ErrorCode;
    }

    private async Task<List<(string Path, string Topic, long Size, bool IsFuture)>> DescribeAsync() =>
    [
        .. (await Client.SendAsync(new DescribeLogDirsRequest { Topics = null })).Results.SelectMany(static directory => directory.Topics.SelectMany(topic =>
            topic.Partitions.Select(partition => (directory.LogDir, topic.Name, partition.PartitionSize, partition.IsFutureKey)))),
    ];

    /// <summary>Where a topic's only partition is, and where it is not.</summary>
    private async Task<(string Place, string Other)> PlacesAsync(string topic)
    {
        string? place = null;

        // While a copy takes the place of a log there may be none to be seen.
        await Eventually.UntilAsync(async () => (place = (await DescribeAsync()).SingleOrDefault(each => each.Topic == topic && !each.IsFuture).Path) is not null);
        return (place!, place == "/memory/a" ? "/memory/b" : "/memory/a");
    }

    private async Task<long> CountAsync(string topic)
    {
        var next = 0L;
        while (true)
        {
            var fetched = await FetchAsync(topic, next);
            Assert.That(fetched.ErrorCode, Is.EqualTo(ErrorCode.None));
            var batches = new Protocol.Records.RecordBatchEnumerator(fetched.Records.ToArray());
            var before = next;
            while (batches.MoveNext())
            {
                Assert.That(batches.Current.BaseOffset, Is.EqualTo(next));
                next = batches.Current.NextOffset;
            }

            if (next == before)
            {
                return next;
            }
        }
    }

    private async Task<FetchResponse.PartitionData> FetchAsync(string topic, long offset)
    {
        var request = new FetchRequest { MaxWaitMs = 0, MinBytes = 1, MaxBytes = int.MaxValue, SessionEpoch = -1 };
        request.Topics.Add(new FetchRequest.FetchTopic
        {
            Topic = topic,
            Partitions = [new FetchRequest.FetchPartition { CurrentLeaderEpoch = -1, FetchOffset = offset, PartitionMaxBytes = 1_000_000 }],
        });
        return (await Client.SendAsync(request, 12)).Responses.Single().Partitions.Single();
    }
}
