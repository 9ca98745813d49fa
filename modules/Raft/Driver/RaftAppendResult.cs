using Kafka.Modular.Protocol;

namespace Kafka.Modular.Raft.Driver;

/// <summary>What became of an append.</summary>
/// <param name="Error">
/// NONE; NOT_LEADER_OR_FOLLOWER when this node does not lead that epoch (any more); RECORD_LIST_TOO_LARGE when the records do not fit into one batch.
/// </param>
/// <param name="BaseOffset">Offset of the first record, -1 on error. Committed it is only once the high watermark passes the last.</param>
/// <param name="LastOffset">Offset of the last record, -1 on error.</param>
public readonly record struct RaftAppendResult(ErrorCode Error, long BaseOffset, long LastOffset)
{
    internal static RaftAppendResult Refused(ErrorCode error) => new(error, -1, -1);
}
