using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Raft.Log;

/// <summary>Splits bytes into the record batches of the metadata log and decodes their control records. Pure.</summary>
internal static class RaftBatchReader
{
    /// <summary>The whole batches at the beginning of <paramref name="bytes"/>; one that is cut off at the end is left out.</summary>
    /// <param name="bytes">Record batches in Kafka's format.</param>
    /// <param name="isCorrupt">True when a batch failed its checksum or is malformed; it and what follows it are left out.</param>
    public static IReadOnlyList<RaftBatch> ReadBatches(ReadOnlyMemory<byte> bytes, out bool isCorrupt)
    {
        var batches = new List<RaftBatch>();
        isCorrupt = false;
        var position = 0;
        while (position < bytes.Length)
        {
            var status = RecordBatchView.TryRead(bytes.Span[position..], out var view);
            if (status != RecordSetStatus.Ok)
            {
                isCorrupt = status == RecordSetStatus.Corrupt;
                break;
            }

            IReadOnlyList<RaftControlRecord>? control = [];
            if (view.Magic < 2 || !view.IsValid() || view.LastOffset < view.BaseOffset || (view.IsControl && (control = ReadControl(view)) is null))
            {
                isCorrupt = true;
                break;
            }

            var length = view.Bytes.Length;
            batches.Add(new(view.BaseOffset, view.LastOffset, view.PartitionLeaderEpoch, bytes.Slice(position, length), control));
            position += length;
        }

        return batches;
    }

    private static List<RaftControlRecord>? ReadControl(in RecordBatchView view)
    {
        var control = new List<RaftControlRecord>();
        var records = new RecordEnumerator(view);
        while (records.MoveNext())
        {
            var record = records.Current;
            if (RaftControlCodec.TryRead(record.Key, record.Value) is not { } decoded)
                return null;
            control.Add(decoded);
        }

        return records.Status == RecordSetStatus.End ? control : null;
    }
}
