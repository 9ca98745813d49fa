using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// <code>
/// UNKNOWN_TOPIC_OR_PARTITION   A_name_that_does_not_exist_is_unknown
/// UNKNOWN_TOPIC_ID             An_id_that_does_not_exist_is_unknown
/// INVALID_REQUEST              Name_and_id_or_neither_are_refused, A_topic_twice_is_refused
/// TOPIC_DELETION_DISABLED      DeletionDisabledTests
/// TOPIC_AUTHORIZATION_FAILED   TopicsAccessTests
/// NOT_CONTROLLER, REQUEST_TIMED_OUT   (need a second broker)
/// </code>
/// </summary>
internal sealed class DeleteTopicsTests : BrokerFixture
{
    [Test]
    public async Task Every_version_deletes_by_name([Range(1, 6)] short version)
    {
        await CreateTopicAsync("orders");
        var request = version >= 6 ? By(name: "orders") : new DeleteTopicsRequest { TopicNames = ["orders"], TimeoutMs = 10_000 };
        Assert.That((await Client.SendAsync(request, version)).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await ProduceAsync("orders", Batch("a"))).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task A_topic_is_deleted_by_its_id()
    {
        var id = await CreateTopicAsync("orders");
        var deleted = (await Client.SendAsync(By(id: id))).Responses.Single();
        Assert.That((deleted.ErrorCode, deleted.Name), Is.EqualTo((ErrorCode.None, "orders")));
    }

    [Test]
    public async Task A_topic_of_the_same_name_is_another_topic()
    {
        var before = await CreateTopicAsync("orders");
        await ProduceAsync("orders", Batch("a"));
        await Client.SendAsync(By(name: "orders"));
        Assert.That(await CreateTopicAsync("orders"), Is.Not.EqualTo(before));
        Assert.That((await ProduceAsync("orders", Batch("a"))).BaseOffset, Is.EqualTo(0));
    }

    [Test]
    public async Task A_name_that_does_not_exist_is_unknown()
        => Assert.That((await Client.SendAsync(By(name: "missing"))).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));

    [Test]
    public async Task An_id_that_does_not_exist_is_unknown()
        => Assert.That((await Client.SendAsync(By(id: new Uuid(1, 2)))).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicId));

    [Test]
    public async Task Name_and_id_or_neither_are_refused()
    {
        var id = await CreateTopicAsync("orders");
        Assert.That((await Client.SendAsync(By(name: "orders", id: id))).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That((await Client.SendAsync(By())).Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task A_topic_twice_is_refused()
    {
        var id = await CreateTopicAsync("orders");
        var request = By(name: "orders");
        request.Topics.Add(By(id: id).Topics[0]);
        Assert.That((await Client.SendAsync(request)).Responses, Has.All.Matches<DeleteTopicsResponse.DeletableTopicResult>(static each => each.ErrorCode == ErrorCode.InvalidRequest));
    }

    private static DeleteTopicsRequest By(string? name = null, Uuid id = default)
        => new() { Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = name, TopicId = id }], TimeoutMs = 10_000 };
}
