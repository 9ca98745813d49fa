using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Clients;

namespace Kafka.Modular.Conformance;

/// <summary>
/// Client libraries that others wrote, each in a program of its own, against the real executable: create a topic, produce 100,000 records
/// of each compression with keys and headers, consume them in a group of two of which one leaves and returns, compare every byte;
/// then the broker is restarted, and consumption goes on from the committed offsets.
/// </summary>
[Category("real")]
[NonParallelizable]
public sealed class ThirdPartyClientTests
{
    [Test]
    public async Task Kcat_lists_the_cluster()
    {
        await using BrokerProcess broker = new();
        await broker.StartAsync();
        await ClientProgram.Kcat.RunAsync("metadata", broker.Bootstrap, "none");
    }

    [Test]
    public Task Kcat_goes_on_after_a_restart() => WalkAsync(ClientProgram.Kcat, "kcat");

    [Test]
    public Task Confluent_Kafka_goes_on_after_a_restart() => WalkAsync(ClientProgram.Confluent, "confluent");

    [Test]
    public Task Kafkajs_goes_on_after_a_restart() => WalkAsync(ClientProgram.KafkaJs, "kafkajs");

    [Test]
    public Task Platformatic_kafka_goes_on_after_a_restart() => WalkAsync(ClientProgram.Platformatic, "platformatic");

    [Test]
    public Task Python3_kafka_goes_on_after_a_restart() => WalkAsync(ClientProgram.Python, "python");

    private static async Task WalkAsync(ClientProgram client, string topic)
    {
        await using BrokerProcess broker = new();
        await broker.StartAsync();
        await client.RunAsync("roundtrip", broker.Bootstrap, topic);
        await broker.RestartAsync();
        await client.RunAsync("resume", broker.Bootstrap, topic);
        await broker.StopAsync();
    }
}
