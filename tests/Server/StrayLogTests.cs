using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Server.Tests.Support;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Server.Tests;

/// <summary>A broker that was killed between the deletion of a topic and that of its logs finds them when it starts again.</summary>
public sealed class StrayLogTests
{
    [Test]
    public async Task A_log_whose_topic_is_gone_is_put_aside_and_its_name_is_free()
    {
        var folder = Directory.CreateTempSubdirectory("kafka-modular-");
        try
        {
            await RunAsync(folder.FullName, async client =>
            {
                await client.CreateTopicAsync("orders");
                await client.CreateTopicAsync("kept");
                await client.ProduceAsync("orders", "old");
                await client.ProduceAsync("kept", "kept");
            });
            var (log, copy) = (Directory.GetDirectories(folder.FullName, "orders-0", SearchOption.AllDirectories).Single(), Path.Combine(folder.FullName, "copy"));
            Directory.Move(log, copy);
            await RunAsync(folder.FullName, async client =>
            {
                var response = await client.SendAsync(new DeleteTopicsRequest { Topics = { new() { Name = "orders" } }, TimeoutMs = 10_000 });
                Assert.That(response.Responses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            });
            Directory.Move(copy, log);

            await RunAsync(folder.FullName, async client =>
            {
                Assert.That(await client.FetchAsync("kept"), Is.EqualTo(new[] { "kept" }));
                await client.CreateTopicAsync("orders");
                Assert.That(await client.ProduceAsync("orders", "new"), Is.Zero);
                Assert.That(await client.FetchAsync("orders"), Is.EqualTo(new[] { "new" }));
            });

            var stray = Directory.GetDirectories(folder.FullName, "orders-0.*-stray", SearchOption.AllDirectories).Single();
            Assert.That(new FileInfo(Path.Combine(stray, "00000000000000000000.log")).Length, Is.Positive, "what was in it is kept");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string folder, Func<WireClient, Task> use)
    {
        await using var kafka = await EmbeddedKafka.StartAsync(new() { Directory = folder });
        using var client = await WireClient.ConnectAsync(kafka.BootstrapServers);
        await use(client);
    }
}
