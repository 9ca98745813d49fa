using Kafka.Modular.Cli.Offsets;
using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Cli.Tests.Offsets;

internal sealed class GetOffsetsToolTests : ToolFixture
{
    [Test]
    public async Task Each_partition_has_a_line_of_topic_partition_and_offset()
    {
        await CreateTopicAsync("o1", 2);
        await CreateTopicAsync("o2");
        (await ToolRun.WithInputAsync("kafka-console-producer", "a\nb\n", "--bootstrap-server", Servers, "--topic", "o2")).Succeeded();
        Assert.That((await RunAsync("kafka-get-offsets", "--topic o.")).Succeeded().Lines, Is.EqualTo(new[] { "o1:0:0", "o1:1:0", "o2:0:2" }));
        Assert.That((await RunAsync("kafka-get-offsets", "--topic o2 --time earliest")).Succeeded().Lines, Is.EqualTo(new[] { "o2:0:0" }));
        Assert.That((await RunAsync("kafka-get-offsets", "--topic o2 --time -3")).Succeeded().Lines, Has.Length.EqualTo(1));
        Assert.That((await RunAsync("kafka-get-offsets", "--topic o2 --time 99999999999999")).Succeeded().Out, Is.Empty);
        Assert.That((await RunAsync("kafka-get-offsets", "--topic-partitions o1:1,o2")).Succeeded().Lines, Is.EqualTo(new[] { "o1:1:0", "o2:0:2" }));
        Assert.That((await RunAsync("kafka-get-offsets", "--topic o2 -o json")).Succeeded().Json[0].GetProperty("offset").GetInt64(), Is.EqualTo(2));
    }

    [TestCase("--topic missing", "Could not match any topic-partitions")]
    [TestCase("--time soon", "Malformed time argument soon")]
    [TestCase("--topic-partitions t --partitions 0", "--topic-partitions cannot be used with")]
    [TestCase("--partitions a", "--partitions expects a comma separated list")]
    public async Task What_cannot_be_answered_is_an_error(string arguments, string message)
    {
        var run = await RunAsync("kafka-get-offsets", arguments);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain(message));
    }

    [TestCase("t", 9, true)]
    [TestCase("t:1", 1, true)]
    [TestCase("t:1", 2, false)]
    [TestCase("t:0-3", 3, false)]
    [TestCase("t:2-", 7, true)]
    [TestCase(":-3", 2, true)]
    [TestCase("u:1,t:4", 4, true)]
    public void A_rule_names_a_partition_or_a_range(string rules, int partition, bool expected) =>
        Assert.That(PartitionFilter.OfRules(rules).Allows(new TopicPartition("t", partition)), Is.EqualTo(expected));
}
