using Kafka.Modular.Protocol;
using Kafka.Modular.Raft.Driver;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The transport of a quorum that has no other node: whoever is asked cannot be reached.</summary>
internal sealed class LocalQuorumTransport : IRaftTransport
{
    public ValueTask<IResponse> SendAsync(RaftNode destination, IRequest request, CancellationToken cancellationToken)
        => ValueTask.FromException<IResponse>(new IOException($"This server does not connect to other nodes of the quorum yet; {destination} cannot be reached"));
}
