using System.Runtime.InteropServices;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Client.Cluster;

/// <summary>What a leader says of an offset.</summary>
/// <param name="Offset">The offset; -1 when no record is as late as was asked for.</param>
/// <param name="Timestamp">The record's timestamp; -1 where there is none.</param>
/// <param name="LeaderEpoch">The record's leader epoch; -1 where it is not known.</param>
/// <param name="Error">Why there is no answer.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct OffsetAnswer(long Offset, long Timestamp, int LeaderEpoch, ErrorCode Error);
