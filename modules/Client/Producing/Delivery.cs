using System.Runtime.InteropServices;

namespace Kafka.Modular.Client.Producing;

/// <summary>What became of a record.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition; -1 when it failed before one was chosen.</param>
/// <param name="Offset">The offset; -1 when the broker did not tell (acks=0).</param>
/// <param name="Timestamp">Milliseconds since the epoch, the broker's own where the topic says so.</param>
/// <param name="Error">Why it was not stored; null when it was.</param>
/// <param name="Tag">The number that was given with the record.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Delivery(string Topic, int Partition, long Offset, long Timestamp, KafkaClientException? Error, long Tag);
