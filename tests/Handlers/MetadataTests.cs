using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// UNKNOWN_TOPIC_OR_PARTITION   A_topic_that_does_not_exist_is_unknown, Auto_creation_answers_unknown_first_and_then_the_topic
/// UNKNOWN_TOPIC_ID             A_topic_id_that_does_not_exist_is_unknown
/// INVALID_TOPIC_EXCEPTION      A_name_that_no_topic_can_have_is_invalid
/// INVALID_REQUEST              Ids_below_version_12_are_refused
/// TOPIC_AUTHORIZATION_FAILED   TopicsAccessTests
/// LEADER_NOT_AVAILABLE         (a partition without a leader needs a second broker)
/// LISTENER_NOT_FOUND           (a leader without the client's listener needs a second broker)
/// </code>
/// </summary>
internal sealed class MetadataTests : BrokerFixture
{
    [Test]
    public async Task Every_version_names_the_broker_and_a_topic([Range(0, 13)] short version)
    {
        var id = await CreateTopicAsync("orders", 3);
        var response = await Client.SendAsync(Ask("orders"), version);
        var broker = response.Brokers.Single();
        Assert.That($"{broker.Host}:{broker.Port}", Is.EqualTo(BootstrapServers));
        var topic = response.Topics.Single();
        Assert.Multiple(() =>
        {
            Assert.That(topic.ErrorCode, Is.EqualTo(ErrorCode.None));
            Assert.That(topic.Name, Is.EqualTo("orders"));
            Assert.That(topic.Partitions.Select(static partition => partition.PartitionIndex), Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(topic.Partitions, Has.All.Matches<MetadataResponse.MetadataResponsePartition>(partition =>
                partition.ErrorCode == ErrorCode.None && partition.LeaderId.Value == broker.NodeId.Value && partition.IsrNodes.Count == 1));
            if (version >= 1)
            {
                Assert.That(response.ControllerId.Value, Is.EqualTo(broker.NodeId.Value), "a live broker");
            }

            if (version >= 2)
            {
                Assert.That(response.ClusterId, Is.Not.Empty);
            }

            if (version >= 10)
            {
                Assert.That(topic.TopicId, Is.EqualTo(id));
            }
        });
    }

    [Test]
    public async Task Null_asks_for_all_and_an_empty_list_for_none_except_in_version_0()
    {
        await CreateTopicAsync("a");
        await CreateTopicAsync("b");
        Assert.That((await Client.SendAsync(new MetadataRequest { Topics = null }, 12)).Topics, Has.Count.EqualTo(2));
        Assert.That((await Client.SendAsync(new MetadataRequest { Topics = [] }, 12)).Topics, Is.Empty);
        Assert.That((await Client.SendAsync(new MetadataRequest { Topics = [] }, 0)).Topics, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_topic_is_found_by_its_id()
    {
        var id = await CreateTopicAsync("orders");
        var request = new MetadataRequest { Topics = [new MetadataRequest.MetadataRequestTopic { TopicId = id, Name = null }] };
        Assert.That((await Client.SendAsync(request)).Topics.Single().Name, Is.EqualTo("orders"));
    }

    [Test]
    public async Task A_topic_id_that_does_not_exist_is_unknown()
    {
        var request = new MetadataRequest { Topics = [new MetadataRequest.MetadataRequestTopic { TopicId = new Uuid(1, 2), Name = null }] };
        Assert.That((await Client.SendAsync(request)).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));
    }

    [Test]
    public async Task Ids_below_version_12_are_refused()
    {
        var request = new MetadataRequest { Topics = [new MetadataRequest.MetadataRequestTopic { TopicId = new Uuid(1, 2), Name = null }] };
        Assert.That((await Client.SendAsync(request, 10)).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task A_topic_that_does_not_exist_is_unknown()
    {
        var request = Ask("missing");
        request.AllowAutoTopicCreation = false;
        Assert.That((await Client.SendAsync(request)).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That((await Client.SendAsync(new MetadataRequest { Topics = null })).Topics, Is.Empty, "it was not created");
    }

    [Test]
    public async Task Auto_creation_answers_unknown_first_and_then_the_topic()
    {
        Assert.That((await Client.SendAsync(Ask("made"))).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        await Eventually.UntilAsync(async () => (await Client.SendAsync(Ask("made"))).Topics.Single().ErrorCode == ErrorCode.None);
    }

    [TestCase("a/b")]
    [TestCase("..")]
    public async Task A_name_that_no_topic_can_have_is_invalid(string name)
        => Assert.That((await Client.SendAsync(Ask(name))).Topics.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));

    [Test]
    public async Task Authorized_operations_come_only_when_asked_for()
    {
        await CreateTopicAsync("orders");
        Assert.That((await Client.SendAsync(Ask("orders"))).Topics.Single().TopicAuthorizedOperations, Is.EqualTo(int.MinValue));
        var request = Ask("orders");
        request.IncludeTopicAuthorizedOperations = true;
        Assert.That((await Client.SendAsync(request)).Topics.Single().TopicAuthorizedOperations, Is.EqualTo(0b1101_1111_1000));
    }

    private static MetadataRequest Ask(string topic) => new() { Topics = [new MetadataRequest.MetadataRequestTopic { Name = topic }] };
}
