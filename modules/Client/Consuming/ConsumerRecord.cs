using System.Runtime.InteropServices;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Consuming;

/// <summary>A record that was read. Its bytes are where they came in: they are good until the next poll.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ConsumerRecord
{
    internal ConsumerRecord(ConsumedPartition source, ReadOnlyMemory<byte> records, in RecordView view, int epoch, TimestampType timestampType)
    {
        Topic = source.TopicPartition.Topic;
        Partition = source.TopicPartition.Partition;
        Offset = view.Offset;
        Timestamp = view.Timestamp;
        TimestampType = timestampType;
        LeaderEpoch = epoch;
        IsKeyNull = view.IsKeyNull;
        IsValueNull = view.IsValueNull;
        Key = Part(records, view.Key);
        Value = Part(records, view.Value);
        Headers = view.HeaderCount == 0 ? [] : HeadersOf(view);
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>The partition.</summary>
    public int Partition { get; }

    /// <summary>The offset.</summary>
    public long Offset { get; }

    /// <summary>Milliseconds since the epoch; -1 where there is none.</summary>
    public long Timestamp { get; }

    /// <summary>Who set the timestamp.</summary>
    public TimestampType TimestampType { get; }

    /// <summary>The leader epoch of its batch; -1 where it is not known.</summary>
    public int LeaderEpoch { get; }

    /// <summary>The key; empty when it is null.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>Whether there is no key.</summary>
    public bool IsKeyNull { get; }

    /// <summary>The value; empty when it is null.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>Whether it is a tombstone.</summary>
    public bool IsValueNull { get; }

    /// <summary>The headers, in order.</summary>
    public IReadOnlyList<RecordHeader> Headers { get; }

    private static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> whole, ReadOnlySpan<byte> part) =>
        whole.Span.Overlaps(part, out var offset) ? whole.Slice(offset, part.Length) : default;

    private static RecordHeader[] HeadersOf(in RecordView view)
    {
        var headers = new RecordHeader[view.HeaderCount];
        var at = 0;
        foreach (var header in view.Headers)
        {
            headers[at++] = new RecordHeader(System.Text.Encoding.UTF8.GetString(header.Key), header.IsValueNull ? null : header.Value.ToArray());
        }

        return headers;
    }
}
