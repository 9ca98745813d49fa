using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Coordination;

/// <summary>Feeds the batches of a partition's log to a shard that is being loaded. Used by one thread at a time.</summary>
internal sealed class CoordinatorReplay<TRecord>(
    TopicPartition partition,
    ICoordinatorShard<TRecord> shard,
    ICoordinatorRecordCodec<TRecord> codec,
    CompressionCodecs codecs,
    ILogger logger)
{
    /// <summary>How many records were replayed.</summary>
    public long RecordCount { get; private set; }

    /// <summary>Replays whole batches, in order.</summary>
    public void Apply(ReadOnlyMemory<byte> batches)
    {
        var batchEnumerator = new RecordBatchEnumerator(batches.Span);
        while (batchEnumerator.MoveNext())
        {
            var batch = batchEnumerator.Current;
            if (batch.IsControl)
            {
                continue;
            }

            if (batch.IsCompressed)
            {
                var whole = batches.Slice(batchEnumerator.Position, batch.SizeInBytes);
                Apply(new RecordEnumerator(in batch, RecordBatchCompression.Decompress(whole, codecs).Span), batch.ProducerId);
            }
            else
            {
                Apply(new RecordEnumerator(in batch), batch.ProducerId);
            }
        }
    }

    private void Apply(RecordEnumerator records, long producerId)
    {
        while (records.MoveNext())
        {
            var record = records.Current;
            if (record.IsKeyNull)
            {
                logger.UndecodableRecord(record.Offset, partition, "it has no key");
                continue;
            }

            try
            {
                if (codec.TryDecode(record.Key.ToArray(), record.IsValueNull ? null : record.Value.ToArray(), out var decoded))
                {
                    shard.Replay(record.Offset, producerId, decoded);
                    RecordCount++;
                }
            }
            catch (ProtocolException exception)
            {
                logger.UndecodableRecord(record.Offset, partition, exception.Message);
            }
        }
    }
}
