using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>DeleteTopics where <c>delete.topic.enable</c> is false.</summary>
internal sealed class DeletionDisabledTests : BrokerFixture
{
    protected override Dictionary<string, string> Configuration => new() { ["delete.topic.enable"] = "false" };

    [TestCase(2, ErrorCode.InvalidRequest)]
    [TestCase(3, ErrorCode.TopicDeletionDisabled)]
    public async Task Deletion_is_refused(short version, ErrorCode error)
    {
        await CreateTopicAsync("orders");
        var response = await Client.SendAsync(new DeleteTopicsRequest { TopicNames = ["orders"], TimeoutMs = 1_000 }, version);
        Assert.That(response.Responses.Single().ErrorCode, Is.EqualTo(error));
    }
}
