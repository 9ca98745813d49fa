using Kafka.Modular.Client.Consuming;

namespace Kafka.Modular.Client.Tests.Consuming;

internal sealed class AssignorsTests
{
    private static readonly Dictionary<string, int> s_partitions = new() { ["a"] = 3, ["b"] = 2 };

    [Test]
    public void Range_gives_each_member_neighboring_partitions_of_every_topic()
    {
        var result = Assignors.Assign("range", [Member("m2", "a", "b"), Member("m1", "a", "b")], s_partitions);
        Assert.That(Shown(result), Is.EqualTo("m1: a-0 a-1 b-0; m2: a-2 b-1"));
    }

    [Test]
    public void Round_robin_goes_on_from_topic_to_topic()
    {
        var result = Assignors.Assign("roundrobin", [Member("m1", "a", "b"), Member("m2", "a", "b")], s_partitions);
        Assert.That(Shown(result), Is.EqualTo("m1: a-0 a-2 b-1; m2: a-1 b-0"));
    }

    [Test]
    public void A_member_gets_nothing_of_topics_that_it_does_not_want()
    {
        var result = Assignors.Assign("roundrobin", [Member("m1", "a"), Member("m2", "a", "b"), Member("m3", "missing")], s_partitions);
        Assert.That(Shown(result), Is.EqualTo("m1: a-0 a-2; m2: a-1 b-0 b-1; m3: "));
    }

    private static GroupSubscriber Member(string id, params string[] topics) => new(id, null, topics.ToHashSet());

    private static string Shown(Dictionary<string, List<Core.Ids.TopicPartition>> result) =>
        string.Join("; ", result.OrderBy(each => each.Key).Select(each => $"{each.Key}: {string.Join(" ", each.Value)}"));
}
