using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Driver;

/// <summary>Finds the record values in a batch without copying them.</summary>
internal static class CommittedBatchReader
{
    /// <exception cref="InvalidDataException">The batch is compressed or its records are malformed.</exception>
    public static CommittedBatch Read(RaftBatch batch)
    {
        if (RecordBatchView.TryRead(batch.Bytes.Span, out var view) != RecordSetStatus.Ok || view.IsCompressed)
            throw new InvalidDataException($"Batch {batch.BaseOffset} of the metadata log is malformed");
        var values = Array.Empty<ReadOnlyMemory<byte>>();
        if (!view.IsControl)
        {
            values = new ReadOnlyMemory<byte>[view.RecordCount];
            var records = new RecordEnumerator(view);
            for (var i = 0; i < values.Length; i++)
            {
                if (!records.MoveNext())
                    throw new InvalidDataException($"Record {batch.BaseOffset + i} of the metadata log is malformed");
                values[i] = Slice(batch.Bytes, records.Current.Value);
            }
        }

        return new(batch.BaseOffset, batch.LastOffset, batch.Epoch, view.BaseTimestamp, batch.Bytes.Length, values);
    }

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> value) =>
        value.IsEmpty || !bytes.Span.Overlaps(value, out var offset) ? default : bytes.Slice(offset, value.Length);
}
