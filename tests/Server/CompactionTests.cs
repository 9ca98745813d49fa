using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Server.Tests.Support;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Server.Tests;

public sealed class CompactionTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, string> s_topic = new(StringComparer.Ordinal)
    {
        ["cleanup.policy"] = "compact",
        ["segment.ms"] = "500",
        ["segment.bytes"] = "1048576",
        ["min.cleanable.dirty.ratio"] = "0.01",
        ["delete.retention.ms"] = "86400000",
        ["max.compaction.lag.ms"] = "100",
    };

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_compacted_topic_keeps_the_last_value_of_each_key_also_after_a_restart(bool onDisk)
    {
        var folder = Directory.CreateTempSubdirectory("kafka-modular-");
        try
        {
            await using var kafka = await EmbeddedKafka.StartAsync(new()
            {
                Directory = onDisk ? folder.FullName : null,
                Configuration = new Dictionary<string, string>(StringComparer.Ordinal) { ["log.cleaner.backoff.ms"] = "50" },
            });
            using (var client = await WireClient.ConnectAsync(kafka.BootstrapServers))
            {
                await CreateAsync(client);
                for (var index = 0; index < 20; index++)
                    await ProduceAsync(client, index, $"k{index % 3}", index == 19 ? null : $"v{index}");
                await ProduceAsync(client, 20, "active", "v20");
                Assert.That(await ReadUntilAsync(client, 4), Is.EqualTo(new[] { "17:k2=v17", "18:k0=v18", "19:k1", "20:active=v20" }));
            }

            await kafka.RestartAsync();
            using (var client = await WireClient.ConnectAsync(kafka.BootstrapServers))
            {
                Assert.That(await ReadUntilAsync(client, 4), Is.EqualTo(new[] { "17:k2=v17", "18:k0=v18", "19:k1", "20:active=v20" }));
                Assert.That(await ProduceAsync(client, 21, "k0", "v21"), Is.EqualTo(21));
                await ProduceAsync(client, 22, "end", "v22");
                Assert.That(await ReadUntilAsync(client, 5), Is.EqualTo(new[] { "17:k2=v17", "19:k1", "20:active=v20", "21:k0=v21", "22:end=v22" }));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task CreateAsync(WireClient client)
    {
        var response = await client.SendAsync(new CreateTopicsRequest
        {
            TimeoutMs = 10_000,
            Topics =
            {
                new()
                {
                    Name = "compacted", NumPartitions = 1, ReplicationFactor = 1,
                    Configs = [.. s_topic.Select(each => new CreateTopicsRequest.CreatableTopicConfig { Name = each.Key, Value = each.Value })],
                },
            },
        });
        Assert.That(response.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None), response.Topics[0].ErrorMessage);
    }

    /// <summary>Produces one record a second by its timestamps, so that each has a segment of its own.</summary>
    private static async Task<long> ProduceAsync(WireClient client, int second, string key, string? value)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var batch = new RecordBatchBuilder(new RecordBatchOptions());
            var time = TimeProvider.System.GetUtcNow().AddMinutes(-10).AddSeconds(second).ToUnixTimeMilliseconds();
            batch.Append(time, Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value));
            var response = await client.SendAsync(
                new ProduceRequest { Acks = -1, TimeoutMs = 5_000, TopicData = { new() { Name = "compacted", PartitionData = { new() { Index = 0, Records = batch.Build().ToArray() } } } } }, 12);
            var partition = response.Responses[0].PartitionResponses[0];
            if (partition.ErrorCode == ErrorCode.None)
                return partition.BaseOffset;
            Assert.That(partition.ErrorCode.Info().IsRetriable && TimeProvider.System.GetElapsedTime(began) < s_limit, partition.ErrorCode.ToString());
        }
    }

    private static async Task<List<string>> ReadUntilAsync(WireClient client, int count)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var all = await ReadAsync(client);
            if (all.Count == count || TimeProvider.System.GetElapsedTime(began) > s_limit)
                return all;
        }
    }

    private static async Task<List<string>> ReadAsync(WireClient client)
    {
        var all = new List<string>();
        for (var next = 0L; ;)
        {
            var response = await client.SendAsync(
                new FetchRequest
                {
                    MaxWaitMs = 10, MinBytes = 1, Topics = { new() { Topic = "compacted", Partitions = { new() { Partition = 0, FetchOffset = next, PartitionMaxBytes = 1 << 20 } } } },
                },
                12);
            var partition = response.Responses[0].Partitions[0];
            var before = next;
            foreach (var batch in new RecordBatchEnumerator(partition.Records.ToArray()))
            {
                next = batch.NextOffset;
                foreach (var record in new RecordEnumerator(in batch))
                {
                    var key = Encoding.UTF8.GetString(record.Key);
                    all.Add(record.IsValueNull ? $"{record.Offset}:{key}" : $"{record.Offset}:{key}={Encoding.UTF8.GetString(record.Value)}");
                }
            }

            if (partition.ErrorCode == ErrorCode.None && next == before)
                return all;
        }
    }
}
