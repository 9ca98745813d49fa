using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Messages;

/// <summary>A quorum request, free of wire versions: a missing cluster id or voter key is not checked.</summary>
internal abstract record RaftRequest(string? ClusterId);

/// <summary>Asks for a vote (KIP-595) or, with <paramref name="PreVote"/>, whether one would be given (KIP-996).</summary>
internal sealed record VoteCall(
    string? ClusterId, ReplicaKey? Voter, ReplicaKey Candidate, int Epoch, int LastEpoch, long LastOffset, bool PreVote)
    : RaftRequest(ClusterId);

/// <summary>A new leader announces itself to a voter.</summary>
internal sealed record BeginEpochCall(string? ClusterId, ReplicaKey? Voter, int LeaderId, int Epoch, RaftEndpoints LeaderEndpoints)
    : RaftRequest(ClusterId);

/// <summary>A leader resigns and names who should follow it, best first.</summary>
internal sealed record EndEpochCall(
    string? ClusterId, int LeaderId, int Epoch, IReadOnlyList<ReplicaKey> PreferredCandidates, RaftEndpoints LeaderEndpoints)
    : RaftRequest(ClusterId);

/// <summary>A follower or observer asks for records; the offset says what it has flushed.</summary>
internal sealed record FetchCall(
    string? ClusterId, ReplicaKey Replica, int CurrentLeaderEpoch, long FetchOffset, int LastFetchedEpoch, long HighWatermark,
    int MaxWaitMs, int MaxBytes)
    : RaftRequest(ClusterId);

/// <summary>A follower or observer asks for a piece of a snapshot (KIP-630).</summary>
internal sealed record FetchSnapshotCall(
    string? ClusterId, ReplicaKey Replica, int CurrentLeaderEpoch, OffsetAndEpoch SnapshotId, long Position, int MaxBytes)
    : RaftRequest(ClusterId);

/// <summary>A voter tells the leader its endpoints and supported versions (KIP-853).</summary>
internal sealed record UpdateVoterCall(string? ClusterId, int CurrentLeaderEpoch, VoterNode Voter) : RaftRequest(ClusterId);

/// <summary>Asks the leader to add a voter (KIP-853, KIP-1186).</summary>
internal sealed record AddVoterCall(string? ClusterId, ReplicaKey Voter, RaftEndpoints Endpoints, int TimeoutMs, bool AckWhenCommitted)
    : RaftRequest(ClusterId);

/// <summary>Asks the leader to remove a voter (KIP-853).</summary>
internal sealed record RemoveVoterCall(string? ClusterId, ReplicaKey Voter) : RaftRequest(ClusterId);

/// <summary>The leader asks a node that is to become a voter which <c>kraft.version</c> it supports.</summary>
internal sealed record SupportedVersionsCall() : RaftRequest((string?)null);

/// <summary>Asks the leader for the state of all replicas.</summary>
internal sealed record DescribeQuorumCall() : RaftRequest((string?)null);
