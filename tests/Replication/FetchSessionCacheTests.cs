using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Replication.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Replication.Tests;

internal sealed class FetchSessionCacheTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void Epochs_follow_each_other_and_skip_the_special_ones()
    {
        var cache = Cache(10);
        var session = cache.TryCreate(false, true, 1)!;
        Assert.That(cache.TryContinue(session.Id, 1, true, out _), Is.EqualTo(ErrorCode.None));
        Assert.That(cache.TryContinue(session.Id, 1, true, out _), Is.EqualTo(ErrorCode.InvalidFetchSessionEpoch));
        Assert.That(cache.TryContinue(session.Id, 2, false, out _), Is.EqualTo(ErrorCode.FetchSessionTopicIdError));
        Assert.That(cache.TryContinue(session.Id + 1, 2, true, out _), Is.EqualTo(ErrorCode.FetchSessionIdNotFound));
        Assert.That(FetchSessionEpoch.Next(int.MaxValue), Is.EqualTo(1));
    }

    [Test]
    public void Who_goes_through_a_session_is_not_disturbed_by_a_request_that_ends_meanwhile()
    {
        var session = Cache(1).TryCreate(false, false, 2)!;
        var first = new FetchPartitionKey(default, "a", 0);
        session.AddOrUpdate(first, new FetchPartition { TopicId = default, Topic = "a", Index = 0 });
        session.AddOrUpdate(new FetchPartitionKey(default, "b", 0), new FetchPartition { TopicId = default, Topic = "b", Index = 0 });
        var topics = new List<string?>();
        foreach (var partition in session.Partitions)
        {
            topics.Add(partition.Topic);
            session.MoveToEnd(first);
        }

        Assert.That(topics, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void A_full_cache_makes_no_room_for_an_equal()
    {
        var cache = Cache(2);
        Assert.That(cache.TryCreate(false, true, 10), Is.Not.Null);
        Assert.That(cache.TryCreate(false, true, 10), Is.Not.Null);
        Assert.That(cache.TryCreate(false, true, 10), Is.Null);
        Assert.That(cache.Count, Is.EqualTo(2));
    }

    [Test]
    public void A_session_that_lies_idle_makes_room()
    {
        var cache = Cache(1);
        var idle = cache.TryCreate(false, true, 10)!;
        _time.Advance(TimeSpan.FromSeconds(121));
        Assert.That(cache.TryCreate(false, true, 1), Is.Not.Null);
        Assert.That(cache.TryContinue(idle.Id, 1, true, out _), Is.EqualTo(ErrorCode.FetchSessionIdNotFound));
    }

    [Test]
    public void An_old_session_makes_room_for_a_larger_one_and_not_for_a_smaller_one()
    {
        var cache = Cache(1);
        var old = cache.TryCreate(false, true, 0)!;
        old.AddOrUpdate(new FetchPartitionKey(default, "a", 0), Asked(0));
        old.AddOrUpdate(new FetchPartitionKey(default, "a", 1), Asked(1));
        _time.Advance(TimeSpan.FromSeconds(100));
        cache.TryContinue(old.Id, 1, true, out _);
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.That(cache.TryCreate(false, true, 2), Is.Null);
        Assert.That(cache.TryCreate(false, true, 3), Is.Not.Null);
    }

    [Test]
    public void A_follower_takes_a_consumers_place()
    {
        var cache = Cache(1);
        cache.TryCreate(false, true, 100);
        Assert.That(cache.TryCreate(true, true, 1), Is.Not.Null);
        Assert.That(cache.TryCreate(false, true, 100), Is.Null);
    }

    [Test]
    public void Partitions_that_gave_data_come_last()
    {
        var session = Cache(1).TryCreate(false, false, 3)!;
        for (var index = 0; index < 3; index++)
        {
            session.AddOrUpdate(new FetchPartitionKey(default, "a", index), Asked(index));
        }

        session.MoveToEnd(new FetchPartitionKey(default, "a", 0));
        Assert.That(session.Partitions.Select(static partition => partition.Index), Is.EqualTo(new[] { 1, 2, 0 }));
        session.Remove(new FetchPartitionKey(default, "a", 2));
        Assert.That(session.Size, Is.EqualTo(2));
    }

    private static FetchPartition Asked(int index) => new() { TopicId = default, Topic = "a", Index = index };

    private FetchSessionCache Cache(int slots) => new(slots, new SeededRandomSource(3), _time);
}
