using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft;

/// <summary>What a <see cref="RaftReplica"/> leaves to its owner. Called while an event is handled; calling back with events is allowed.</summary>
internal interface IRaftReplicaOwner
{
    /// <summary>Send a request; hand in <see cref="ReplyReceived"/> or <see cref="RequestFailed"/> later.</summary>
    void Send(long correlationId, RaftNode destination, RaftRequest request);

    /// <summary>Answer a request that came in as <see cref="RequestReceived"/>.</summary>
    void Reply(long requestId, RaftReply reply);

    /// <summary>Call <see cref="RaftReplica.Flush"/> soon; several requests may be met by one flush.</summary>
    void FlushRequested();

    /// <summary>
    /// Wait for work off the loop and then call <paramref name="onDone"/> on it; when the work fails the replica has failed. Until then the replica's
    /// state is not to be published: <see cref="RaftReplica.IsTruncating"/>.
    /// </summary>
    void Await(ValueTask work, Action onDone);

    /// <summary>All other outputs, which are notifications.</summary>
    void Notified(RaftOutput output);
}
