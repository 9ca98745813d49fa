using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <summary>Something that happened: the input of <see cref="RaftStateMachine.Step"/>.</summary>
internal abstract record RaftEvent;

/// <summary>First event: read what was stored, take up the role that follows from it.</summary>
internal sealed record Started : RaftEvent;

/// <summary>Time has passed.</summary>
internal sealed record TimePassed : RaftEvent;

/// <summary>A request arrived; exactly one <see cref="SendReply"/> will name its id.</summary>
internal sealed record RequestReceived(long RequestId, RaftRequest Request) : RaftEvent;

/// <summary>A reply arrived.</summary>
internal sealed record ReplyReceived(long CorrelationId, RaftNode Source, RaftReply Reply) : RaftEvent;

/// <summary>A request could not be sent or its connection was lost.</summary>
internal sealed record RequestFailed(long CorrelationId, RaftNode Source) : RaftEvent;

/// <summary>
/// The leader's client (or the state machine itself, through <see cref="ProposeControlRecords"/>) wants a batch appended. Its offsets were assigned
/// from <see cref="AppendsOpened"/> on, in order.
/// </summary>
internal sealed record AppendRequested(RaftBatch Batch) : RaftEvent;

/// <summary>The log is flushed up to here.</summary>
internal sealed record LogFlushed(long EndOffset) : RaftEvent;

/// <summary>A local snapshot was completed.</summary>
internal sealed record SnapshotCreated(RaftSnapshotInfo Snapshot) : RaftEvent;

/// <summary>Everything before this snapshot was deleted.</summary>
internal sealed record LogCleaned(OffsetAndEpoch SnapshotId) : RaftEvent;

/// <summary>A downloaded snapshot is complete and has replaced the log.</summary>
internal sealed record SnapshotInstalled(RaftSnapshotInfo Snapshot, IReadOnlyList<RaftControlRecord> Control) : RaftEvent;

/// <summary>A downloaded snapshot turned out to be unreadable and was thrown away.</summary>
internal sealed record SnapshotRejected(OffsetAndEpoch SnapshotId) : RaftEvent;

/// <summary>The leader's client gives up leadership of this epoch.</summary>
internal sealed record ResignRequested(int Epoch) : RaftEvent;

/// <summary>The client finalizes a higher <c>kraft.version</c>; the answer is <see cref="UpgradeAnswered"/>.</summary>
internal sealed record UpgradeRequested(long RequestId, int Epoch, short KRaftVersion, bool ValidateOnly) : RaftEvent;

/// <summary>The node stops: a leader resigns, nobody starts an election any more.</summary>
internal sealed record ShutdownRequested : RaftEvent;
