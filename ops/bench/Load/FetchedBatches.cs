using Kafka.Modular.Bench.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Bench.Load;

/// <summary>Reads what a fetch brought: whole batches, by their headers.</summary>
internal static class FetchedBatches
{
    /// <summary>Moves the offsets behind what was read; gives its bytes and records.</summary>
    public static (long Bytes, long Records) Advance(ReadOnlyMemory<byte> reply, Dictionary<int, long> offsets)
    {
        var response = RawConnection.Decode<FetchResponse>(reply, ApiKey.Fetch, BenchTopic.FetchVersion);
        BenchTopic.Check(response.ErrorCode, "fetching");
        long bytes = 0;
        long records = 0;
        foreach (var partition in response.Responses.SelectMany(static topic => topic.Partitions))
        {
            BenchTopic.Check(partition.ErrorCode, "fetching");
            if (!partition.Records.TryGetMemory(out var rest))
                continue;
            while (RecordBatchView.TryReadHeader(rest.Span, out var batch) == RecordSetStatus.Ok && batch.SizeInBytes <= rest.Length)
            {
                // A fetch may begin inside a batch only where its offset does; here offsets are at the beginning of one.
                offsets[partition.PartitionIndex] = batch.NextOffset;
                bytes += batch.SizeInBytes;
                records += batch.RecordCount;
                rest = rest[batch.SizeInBytes..];
            }
        }

        return (bytes, records);
    }
}
