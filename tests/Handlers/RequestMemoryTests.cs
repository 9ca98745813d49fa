using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>Requests that wait hold nothing of <c>queued.max.request.bytes</c>: as many may be parked as there are connections.</summary>
internal sealed class RequestMemoryTests : BrokerFixture
{
    private const int Waiting = 40;

    protected override Dictionary<string, string> Configuration => new()
    {
        ["queued.max.request.bytes"] = "1000",
        ["socket.request.max.bytes"] = "1000",
    };

    [Test]
    public async Task Parked_fetches_keep_nobody_from_producing()
    {
        var topicId = await CreateTopicAsync("t");
        var clients = new List<WireClient>();
        var correlations = new List<int>();
        for (var i = 0; i < Waiting; i++)
        {
            clients.Add(await ConnectAsync());
            correlations.Add(await clients[i].WriteAsync(Fetch(topicId), 17));
        }

        var produced = await ProduceAsync("t", Batch("one"));

        Assert.That(produced.ErrorCode, Is.EqualTo(ErrorCode.None));
        for (var i = 0; i < Waiting; i++)
        {
            var fetched = await clients[i].ReadAsync<FetchResponse>(ApiKey.Fetch, 17, correlations[i]);
            Assert.That(fetched.Responses[0].Partitions[0].HighWatermark, Is.EqualTo(1));
            await clients[i].DisposeAsync();
        }
    }

    private static FetchRequest Fetch(Uuid topicId) => new()
    {
        MaxWaitMs = 60_000,
        MinBytes = 1,
        SessionEpoch = -1,
        Topics = [new FetchRequest.FetchTopic { TopicId = topicId, Partitions = [new FetchRequest.FetchPartition { PartitionMaxBytes = 1 << 20 }] }],
    };
}
