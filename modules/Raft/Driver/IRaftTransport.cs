using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Driver;

/// <summary>Sends quorum requests to other nodes. The host satisfies it with outgoing connections.</summary>
public interface IRaftTransport
{
    /// <summary>
    /// Sends a request on a connection to the node, opened if there is none, at the highest version that both sides know, and gives the response. It is
    /// called on the Raft loop and must not block; it may complete on any thread.
    /// </summary>
    /// <param name="destination">Where to. Ids below -1 are bootstrap servers.</param>
    /// <param name="request">Vote, BeginQuorumEpoch, EndQuorumEpoch, Fetch, FetchSnapshot, UpdateRaftVoter, AddRaftVoter, RemoveRaftVoter or ApiVersions.</param>
    /// <param name="cancellationToken">Cancelled when the replica stops.</param>
    /// <exception cref="IOException">The node cannot be reached or the connection broke.</exception>
    /// <exception cref="UnsupportedVersionException">The node knows no version that can carry the request.</exception>
    ValueTask<IResponse> SendAsync(RaftNode destination, IRequest request, CancellationToken cancellationToken);
}
