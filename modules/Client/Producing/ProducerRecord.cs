using System.Runtime.InteropServices;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Producing;

/// <summary>A record to be produced. Its bytes are copied when it is taken.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ProducerRecord
{
    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition; null leaves the choice to the partitioner.</summary>
    public int? Partition { get; init; }

    /// <summary>The key; null for none.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The value; null for a tombstone.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>Milliseconds since the epoch; null takes the time of sending.</summary>
    public long? Timestamp { get; init; }

    /// <summary>The headers; null for none.</summary>
    public IReadOnlyList<RecordHeader>? Headers { get; init; }

    /// <summary>Most bytes that it takes in a batch: lengths as their longest varint.</summary>
    internal int LargestSize
    {
        get
        {
            // Length, attributes, timestamp delta, offset delta, lengths of key and value, number of headers.
            const int overhead = 5 + 1 + 10 + 5 + 5 + 5 + 5;
            var size = overhead + (long)(Key?.Length ?? 0) + (Value?.Length ?? 0);
            if (Headers is { } headers)
            {
                for (var i = 0; i < headers.Count; i++)
                {
                    size += 10 + System.Text.Encoding.UTF8.GetByteCount(headers[i].Key) + (headers[i].Value?.Length ?? 0);
                }
            }

            return (int)Math.Min(size, int.MaxValue);
        }
    }
}
