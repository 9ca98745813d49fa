using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Server.Tests.Support;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Server.Tests;

public sealed class EmbeddedKafkaTests
{
    [Test]
    public async Task An_embedded_broker_serves_topics_records_and_groups()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        using var client = await WireClient.ConnectAsync(kafka.BootstrapServers);
        await client.CreateTopicAsync("orders");
        Assert.That(await client.ProduceAsync("orders", "first"), Is.Zero);
        Assert.That(await client.ProduceAsync("orders", "second"), Is.EqualTo(1));
        Assert.That(await client.FetchAsync("orders"), Is.EqualTo(["first", "second"]));
        await client.CommitAsync("readers", "orders", 2);
        Assert.That(await client.CommittedAsync("readers", "orders"), Is.EqualTo(2));
    }

    [Test]
    public async Task When_the_start_completes_the_broker_is_among_the_brokers_of_the_metadata()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        using var client = await WireClient.ConnectAsync(kafka.BootstrapServers);
        var metadata = await client.SendAsync(new MetadataRequest { Topics = null });
        Assert.That(metadata.ClusterId, Is.EqualTo(kafka.ClusterId));
        Assert.That(metadata.ControllerId.Value, Is.EqualTo(1));
        Assert.That(metadata.Brokers.Select(broker => $"{broker.Host}:{broker.Port}"), Is.EqualTo([kafka.BootstrapServers]));
    }

    [Test]
    public async Task Only_features_whose_APIs_are_served_are_supported_and_finalized()
    {
        await using var kafka = await EmbeddedKafka.StartAsync();
        using var client = await WireClient.ConnectAsync(kafka.BootstrapServers);
        var versions = await client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, 4);
        Assert.That(versions.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(versions.SupportedFeatures.Select(feature => feature.Name), Is.EquivalentTo(["metadata.version", "kraft.version"]));
        Assert.That(versions.FinalizedFeatures.Select(feature => (feature.Name, feature.MaxVersionLevel)), Is.EquivalentTo([("metadata.version", (short)29), ("kraft.version", (short)1)]));
        Assert.That(versions.FinalizedFeaturesEpoch, Is.GreaterThan(0));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_restart_keeps_topics_records_and_committed_offsets(bool onDisk)
    {
        var folder = Directory.CreateTempSubdirectory("kafka-modular-");
        try
        {
            await using var kafka = await EmbeddedKafka.StartAsync(new() { Directory = onDisk ? folder.FullName : null, OffsetsPartitions = 3 });
            var cluster = kafka.ClusterId;
            using (var client = await WireClient.ConnectAsync(kafka.BootstrapServers))
            {
                await client.CreateTopicAsync("orders", partitions: 4);
                await client.ProduceAsync("orders", "first");
                await client.CommitAsync("readers", "orders", 1);
            }

            for (var restart = 2; restart <= 4; restart++)
            {
                await kafka.RestartAsync();
                using var client = await WireClient.ConnectAsync(kafka.BootstrapServers);
                Assert.That(kafka.ClusterId, Is.EqualTo(cluster));
                Assert.That(await client.CommittedAsync("readers", "orders"), Is.EqualTo(restart - 1));
                Assert.That(await client.FetchAsync("orders"), Has.Count.EqualTo(restart - 1));
                await client.ProduceAsync("orders", $"after restart {restart}");
                await client.CommitAsync("readers", "orders", restart);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Two_brokers_run_beside_each_other_in_one_process()
    {
        await using var first = await EmbeddedKafka.StartAsync();
        await using var second = await EmbeddedKafka.StartAsync();
        Assert.That(second.BootstrapServers, Is.Not.EqualTo(first.BootstrapServers));
        Assert.That(second.ClusterId, Is.Not.EqualTo(first.ClusterId));
        using var one = await WireClient.ConnectAsync(first.BootstrapServers);
        using var other = await WireClient.ConnectAsync(second.BootstrapServers);
        await one.CreateTopicAsync("orders");
        await other.CreateTopicAsync("orders");
        await one.ProduceAsync("orders", "in the first");
        await other.ProduceAsync("orders", "in the second");
        Assert.That(await one.FetchAsync("orders"), Is.EqualTo(["in the first"]));
        Assert.That(await other.FetchAsync("orders"), Is.EqualTo(["in the second"]));
    }

    [Test]
    public async Task A_warm_start_is_quick()
    {
        await using (await EmbeddedKafka.StartAsync())
        {
        }

        var times = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await using var kafka = await EmbeddedKafka.StartAsync();
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        TestContext.Out.WriteLine($"ready after {string.Join(", ", times.Select(time => $"{time:0}"))} ms");
        Assert.That(times.Min(), Is.LessThan(150));
    }
}
