using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Driver;

/// <summary>The state of the quorum as this node sees it, a consistent snapshot.</summary>
/// <param name="State">Role in the epoch, as in Kafka's metric <c>current-state</c>: leader, follower, observer, candidate, prospective, unattached, resigned…</param>
/// <param name="Leader">Leader and epoch.</param>
/// <param name="HighWatermark">Everything below is committed; -1 while not known.</param>
/// <param name="LogEnd">End of the log and epoch of its last record.</param>
/// <param name="LatestSnapshot">The newest snapshot, or null.</param>
/// <param name="Voters">The voters.</param>
/// <param name="KRaftVersion">The finalized <c>kraft.version</c>.</param>
public sealed record RaftStatus(
    string State,
    LeaderAndEpoch Leader,
    long HighWatermark,
    OffsetAndEpoch LogEnd,
    OffsetAndEpoch? LatestSnapshot,
    VoterSet Voters,
    short KRaftVersion);
