using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Raft.Log;

/// <summary>Encodes record batches of the metadata log. Pure.</summary>
internal static class RaftBatchWriter
{
    /// <summary>A batch of metadata records: no keys, each value as its caller encoded it.</summary>
    public static ReadOnlyMemory<byte> WriteData(long baseOffset, int epoch, long timestamp, IReadOnlyList<ReadOnlyMemory<byte>> values)
    {
        var size = 128;
        foreach (var value in values)
            size += value.Length + 16;
        var builder = new RecordBatchBuilder(new() { BaseOffset = baseOffset, PartitionLeaderEpoch = epoch }, size);
        for (var i = 0; i < values.Count; i++)
            builder.AppendAt(baseOffset + i, timestamp, hasKey: false, default, hasValue: true, values[i].Span);
        return builder.Build();
    }

    /// <summary>A batch of control records.</summary>
    public static ReadOnlyMemory<byte> WriteControl(long baseOffset, int epoch, long timestamp, IReadOnlyList<RaftControlRecord> records)
    {
        var builder = new RecordBatchBuilder(new() { BaseOffset = baseOffset, PartitionLeaderEpoch = epoch, IsControl = true });
        foreach (var record in records)
        {
            var (type, value) = RaftControlCodec.Write(record);
            builder.Append(timestamp, ControlRecord.Key(type), value);
        }

        return builder.Build();
    }
}
