using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.States;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <summary>An effect that <see cref="RaftStateMachine.Step"/> asks for. Outputs are carried out in order, each before the next.</summary>
internal abstract record RaftOutput;

/// <summary>Send a request; a <see cref="ReplyReceived"/> or <see cref="RequestFailed"/> with the correlation id may follow.</summary>
internal sealed record SendRequest(long CorrelationId, RaftNode Destination, RaftRequest Request) : RaftOutput;

/// <summary>Answer a request.</summary>
internal sealed record SendReply(long RequestId, RaftReply Reply) : RaftOutput;

/// <summary>Answer a fetch with records from <paramref name="Offset"/> on, which the log has.</summary>
internal sealed record SendFetchReply(long RequestId, FetchReply Reply, long Offset, int MaxBytes) : RaftOutput;

/// <summary>Answer with a piece of a snapshot, at <see cref="FetchSnapshotReply.Position"/>.</summary>
internal sealed record SendSnapshotReply(long RequestId, FetchSnapshotReply Reply, int MaxBytes) : RaftOutput;

/// <summary>Append whole batches as they are; the log ends at <paramref name="EndOffset"/> then.</summary>
internal sealed record AppendBatches(ReadOnlyMemory<byte> Bytes, long EndOffset) : RaftOutput;

/// <summary>Encode control records as one batch and append it.</summary>
internal sealed record AppendControlBatch(long BaseOffset, int Epoch, IReadOnlyList<RaftControlRecord> Records) : RaftOutput;

/// <summary>Remove everything from this offset on.</summary>
internal sealed record TruncateLog(long EndOffset) : RaftOutput;

/// <summary>Flush the log; <see cref="LogFlushed"/> follows.</summary>
internal sealed record FlushLog : RaftOutput;

/// <summary>Store the election state durably before anything that comes after.</summary>
internal sealed record PersistElection(ElectionState Election, short KRaftVersion) : RaftOutput;

/// <summary>The high watermark moved up.</summary>
internal sealed record HighWatermarkAdvanced(long Offset) : RaftOutput;

/// <summary>The leader or the epoch changed. A local leader may tell its client once <paramref name="EpochStartOffset"/> is committed and read.</summary>
internal sealed record LeaderChanged(LeaderAndEpoch Leader, long EpochStartOffset) : RaftOutput;

/// <summary>This node leads the epoch: appends are taken, the first gets <paramref name="NextOffset"/>.</summary>
internal sealed record AppendsOpened(int Epoch, long NextOffset) : RaftOutput;

/// <summary>This node does not lead any more: appends are refused, those not yet committed fail.</summary>
internal sealed record AppendsClosed : RaftOutput;

/// <summary>Assign the next offset to a batch of control records, in line with the client's, and hand it in as <see cref="AppendRequested"/>.</summary>
internal sealed record ProposeControlRecords(int Epoch, IReadOnlyList<RaftControlRecord> Records) : RaftOutput;

/// <summary>Answer <see cref="UpgradeRequested"/>.</summary>
internal sealed record UpgradeAnswered(long RequestId, ErrorCode Error, string? Message) : RaftOutput;

/// <summary>Begin to store a snapshot that comes from the leader, thrown away first if one was begun.</summary>
internal sealed record BeginSnapshotDownload(OffsetAndEpoch Id) : RaftOutput;

/// <summary>Store a piece of the snapshot that is being downloaded.</summary>
internal sealed record AppendSnapshotBytes(OffsetAndEpoch Id, ReadOnlyMemory<byte> Bytes) : RaftOutput;

/// <summary>
/// Complete the download: check it, make it durable, empty the log to start at its end; <see cref="SnapshotInstalled"/> or
/// <see cref="SnapshotRejected"/> follows.
/// </summary>
internal sealed record InstallSnapshot(OffsetAndEpoch Id) : RaftOutput;

/// <summary>Throw away a snapshot whose download did not end.</summary>
internal sealed record AbandonSnapshotDownload(OffsetAndEpoch Id) : RaftOutput;

/// <summary>A transition worth a log line.</summary>
internal sealed record StateChanged(string From, string To, int Epoch, string Reason) : RaftOutput;

/// <summary>A message contradicted the protocol and was not acted on.</summary>
internal sealed record ProtocolViolated(string Message) : RaftOutput;

/// <summary>Committed data is at risk: this node must stop taking part.</summary>
internal sealed record Failed(string Message) : RaftOutput;

/// <summary>After <see cref="ShutdownRequested"/>: the quorum does not need this node any more.</summary>
internal sealed record ShutdownCompleted : RaftOutput;
