using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// OFFSET_OUT_OF_RANGE            An_offset_outside_of_the_log_is_out_of_range
/// UNKNOWN_TOPIC_OR_PARTITION     A_partition_that_does_not_exist_is_unknown
/// UNKNOWN_TOPIC_ID               A_topic_id_that_does_not_exist_is_unknown
/// TOPIC_AUTHORIZATION_FAILED     RecordsAccessTests
/// FENCED_LEADER_EPOCH            (the first epoch of a partition is 0; an older one needs an election)
/// UNKNOWN_LEADER_EPOCH           A_leader_epoch_ahead_of_the_brokers_is_unknown
/// FETCH_SESSION_ID_NOT_FOUND     A_session_that_is_not_there_is_not_found
/// INVALID_FETCH_SESSION_EPOCH    The_epochs_of_a_session_follow_each_other
/// FETCH_SESSION_TOPIC_ID_ERROR   A_session_of_names_takes_no_ids
/// INCONSISTENT_TOPIC_ID          (a session that outlives its topic: the id is unknown by then)
/// NOT_LEADER_OR_FOLLOWER         (needs a second broker)
/// KAFKA_STORAGE_ERROR            tests of the log over a store that fails
/// </code>
/// </summary>
internal sealed class FetchTests : BrokerFixture
{
    private Uuid _orders;

    [Test]
    public async Task Every_version_gives_the_records([Range(4, 18)] short version)
    {
        await ProduceOrdersAsync("a", "b");
        var data = Only(await Client.SendAsync(Request(version), version));
        Assert.That(data.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(data.HighWatermark, Is.EqualTo(2));
        Assert.That(Values(data), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Fetch_beyond_the_high_watermark_waits_until_max_wait()
    {
        await ProduceOrdersAsync("a");
        var started = TimeProvider.System.GetTimestamp();
        var data = Only(await Client.SendAsync(Request(offset: 1, maxWaitMs: 200)));
        Assert.That(TimeProvider.System.GetElapsedTime(started), Is.GreaterThan(TimeSpan.FromMilliseconds(150)));
        Assert.That((data.ErrorCode, data.Records.Length), Is.EqualTo((ErrorCode.None, 0)));
    }

    [Test]
    public async Task A_fetch_that_waits_is_answered_when_records_come()
    {
        await ProduceOrdersAsync("a");
        await using var consumer = await ConnectAsync();
        var waiting = consumer.SendAsync(Request(offset: 1, maxWaitMs: 30_000));
        await ProduceAsync("orders", Batch("b"));
        Assert.That(Values(Only(await waiting)), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task A_fetch_waits_for_min_bytes()
    {
        await ProduceOrdersAsync("a");
        await using var consumer = await ConnectAsync();
        var waiting = consumer.SendAsync(Request(offset: 0, maxWaitMs: 30_000, minBytes: 1_000));
        await ProduceAsync("orders", Batch("b"));
        Assert.That(waiting.IsCompleted, Is.False);
        await ProduceAsync("orders", Batch(new string('x', 2_000)));
        Assert.That(Values(Only(await waiting)), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task The_first_batch_comes_even_if_it_is_larger_than_the_limits()
    {
        await ProduceOrdersAsync(new string('x', 5_000));
        await ProduceAsync("orders", Batch("b"));
        var request = Request();
        request.MaxBytes = 100;
        request.Topics[0].Partitions[0].PartitionMaxBytes = 100;
        Assert.That(Values(Only(await Client.SendAsync(request))), Is.EqualTo(new[] { new string('x', 5_000) }));
    }

    [Test]
    public async Task An_offset_outside_of_the_log_is_out_of_range()
    {
        await ProduceOrdersAsync("a");
        Assert.That(Only(await Client.SendAsync(Request(offset: 2))).ErrorCode, Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That(Only(await Client.SendAsync(Request(offset: -5))).ErrorCode, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task A_partition_that_does_not_exist_is_unknown()
    {
        _orders = await CreateTopicAsync("orders");
        var request = Request(12);
        request.Topics[0].Partitions[0].Partition = 7;
        Assert.That(Only(await Client.SendAsync(request, 12)).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task A_topic_id_that_does_not_exist_is_unknown()
    {
        _orders = new Uuid(1, 2);
        Assert.That(Only(await Client.SendAsync(Request())).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public async Task A_leader_epoch_ahead_of_the_brokers_is_unknown()
    {
        await ProduceOrdersAsync("a");
        var request = Request();
        request.Topics[0].Partitions[0].CurrentLeaderEpoch = 9;
        Assert.That(Only(await Client.SendAsync(request)).ErrorCode, Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
    }

    [Test]
    public async Task An_incremental_fetch_says_only_what_changed()
    {
        await ProduceOrdersAsync("a");
        var full = await Client.SendAsync(Session(Request(), 0, 0));
        Assert.That(full.SessionId, Is.Not.Zero);
        Assert.That(Values(Only(full)), Is.EqualTo(new[] { "a" }));

        var moved = Session(Request(offset: 1, maxWaitMs: 0), full.SessionId, 1);
        Assert.That((await Client.SendAsync(moved)).Responses, Is.Empty, "nothing new");

        await ProduceAsync("orders", Batch("b"));
        var empty = Session(new FetchRequest { MaxWaitMs = 0, MinBytes = 1, MaxBytes = 1_000_000 }, full.SessionId, 2);
        Assert.That(Values(Only(await Client.SendAsync(empty))), Is.EqualTo(new[] { "b" }), "the session knows what it follows");

        var forget = Session(new FetchRequest { MaxWaitMs = 0, MinBytes = 1, MaxBytes = 1_000_000 }, full.SessionId, 3);
        forget.ForgottenTopicsData.Add(new FetchRequest.ForgottenTopic { TopicId = _orders, Partitions = [0] });
        Assert.That((await Client.SendAsync(forget)).Responses, Is.Empty);
    }

    [Test]
    public async Task A_session_that_is_not_there_is_not_found()
        => Assert.That((await Client.SendAsync(Session(new FetchRequest(), 123, 1))).ErrorCode, Is.EqualTo(ErrorCode.FetchSessionIdNotFound));

    [Test]
    public async Task The_epochs_of_a_session_follow_each_other()
    {
        await ProduceOrdersAsync("a");
        var full = await Client.SendAsync(Session(Request(), 0, 0));
        Assert.That((await Client.SendAsync(Session(new FetchRequest(), full.SessionId, 5))).ErrorCode, Is.EqualTo(ErrorCode.InvalidFetchSessionEpoch));
    }

    [Test]
    public async Task A_session_of_names_takes_no_ids()
    {
        await ProduceOrdersAsync("a");
        var full = await Client.SendAsync(Session(Request(12), 0, 0), 12);
        Assert.That((await Client.SendAsync(Session(new FetchRequest(), full.SessionId, 1), 13)).ErrorCode, Is.EqualTo(ErrorCode.FetchSessionTopicIdError));
    }

    [Test]
    public async Task A_session_ends_when_the_fetcher_says_so()
    {
        await ProduceOrdersAsync("a");
        var full = await Client.SendAsync(Session(Request(), 0, 0));
        Assert.That((await Client.SendAsync(Session(Request(), full.SessionId, -1))).SessionId, Is.Zero);
        Assert.That((await Client.SendAsync(Session(new FetchRequest(), full.SessionId, 1))).ErrorCode, Is.EqualTo(ErrorCode.FetchSessionIdNotFound));
    }

    private static FetchResponse.PartitionData Only(FetchResponse response)
    {
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None));
        return response.Responses.Single().Partitions.Single();
    }

    private static string[] Values(FetchResponse.PartitionData data)
    {
        Assert.That(data.ErrorCode, Is.EqualTo(ErrorCode.None));
        var values = new List<string>();
        var batches = new RecordBatchEnumerator(data.Records.ToArray());
        while (batches.MoveNext())
        {
            var batch = batches.Current;
            var records = new RecordEnumerator(in batch);
            while (records.MoveNext())
            {
                values.Add(System.Text.Encoding.UTF8.GetString(records.Current.Value));
            }
        }

        return [.. values];
    }

    private static FetchRequest Session(FetchRequest request, int id, int epoch)
    {
        (request.SessionId, request.SessionEpoch) = (id, epoch);
        return request;
    }

    private async Task ProduceOrdersAsync(params string[] values)
    {
        _orders = await CreateTopicAsync("orders");
        Assert.That((await ProduceAsync("orders", Batch(values))).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    private FetchRequest Request(short version = 18, long offset = 0, int maxWaitMs = 500, int minBytes = 1) => new()
    {
        MaxWaitMs = maxWaitMs,
        MinBytes = minBytes,
        MaxBytes = 1_000_000,
        Topics =
        [
            new FetchRequest.FetchTopic
            {
                Topic = version < 13 ? "orders" : "",
                TopicId = version < 13 ? Uuid.Zero : _orders,
                Partitions = [new FetchRequest.FetchPartition { Partition = 0, FetchOffset = offset, PartitionMaxBytes = 1_000_000 }],
            },
        ],
    };
}
