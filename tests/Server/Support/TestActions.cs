using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Server.Tests.Support;

/// <summary>What a client does, asked again where Kafka's clients ask again.</summary>
internal static class TestActions
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public static async Task CreateTopicAsync(this WireClient client, string topic, int partitions = 1)
    {
        var response = await client.SendAsync(new CreateTopicsRequest { Topics = { new() { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 } }, TimeoutMs = 10_000 });
        Assert.That(response.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None), response.Topics[0].ErrorMessage);
    }

    public static Task<long> ProduceAsync(this WireClient client, string topic, string value) => UntilAsync(async () =>
    {
        var batch = new RecordBatchBuilder(new RecordBatchOptions());
        batch.Append(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), null, Encoding.UTF8.GetBytes(value));
        var response = await client.SendAsync(
            new ProduceRequest { Acks = -1, TimeoutMs = 5_000, TopicData = { new() { Name = topic, PartitionData = { new() { Index = 0, Records = batch.Build().ToArray() } } } } }, 12);
        var partition = response.Responses[0].PartitionResponses[0];
        return (partition.ErrorCode, partition.BaseOffset);
    });

    public static Task<List<string>> FetchAsync(this WireClient client, string topic, long offset = 0) => UntilAsync(async () =>
    {
        var response = await client.SendAsync(
            new FetchRequest
            {
                MaxWaitMs = 500, MinBytes = 1, Topics = { new() { Topic = topic, Partitions = { new() { Partition = 0, FetchOffset = offset, PartitionMaxBytes = 1 << 20 } } } },
            },
            12);
        var partition = response.Responses[0].Partitions[0];
        return (partition.ErrorCode, Values(partition.Records.ToArray(), offset));
    });

    public static Task<bool> CommitAsync(this WireClient client, string group, string topic, long offset) => UntilAsync(async () =>
    {
        await client.FindCoordinatorAsync(group);
        var response = await client.SendAsync(
            new OffsetCommitRequest { GroupId = group, Topics = { new() { Name = topic, Partitions = { new() { PartitionIndex = 0, CommittedOffset = offset } } } } }, 9);
        return (response.Topics[0].Partitions[0].ErrorCode, true);
    });

    public static Task<long> CommittedAsync(this WireClient client, string group, string topic) => UntilAsync(async () =>
    {
        await client.FindCoordinatorAsync(group);
        var response = await client.SendAsync(new OffsetFetchRequest { Groups = { new() { GroupId = group, Topics = [new() { Name = topic, PartitionIndexes = { 0 } }] } } }, 9);
        var answer = response.Groups[0];
        return (answer.ErrorCode, answer.ErrorCode == ErrorCode.None ? answer.Topics[0].Partitions[0].CommittedOffset : -1);
    });

    public static Task<int> FindCoordinatorAsync(this WireClient client, string group) => UntilAsync(async () =>
    {
        var response = await client.SendAsync(new FindCoordinatorRequest { KeyType = 0, CoordinatorKeys = { group } });
        return (response.Coordinators[0].ErrorCode, response.Coordinators[0].Port);
    });

    /// <summary>Asks until the answer is no longer one that a client asks again for.</summary>
    private static async Task<T> UntilAsync<T>(Func<Task<(ErrorCode Error, T Value)>> ask)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (error, value) = await ask();
            if (error == ErrorCode.None)
                return value;
            var isOver = TimeProvider.System.GetElapsedTime(began) > s_limit;
            Assert.That(isOver || !error.Info().IsRetriable, Is.False, error.ToString());
            await Task.Yield();
        }
    }

    private static List<string> Values(byte[] bytes, long from)
    {
        var values = new List<string>();
        foreach (var batch in new RecordBatchEnumerator(bytes))
        {
            foreach (var record in new RecordEnumerator(in batch))
            {
                if (record.Offset >= from)
                    values.Add(Encoding.UTF8.GetString(record.Value));
            }
        }

        return values;
    }
}
