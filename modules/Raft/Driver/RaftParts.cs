using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.States;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Raft.Driver;

/// <summary>What a <see cref="RaftDriver"/> works with; the host owns and disposes the parts.</summary>
public sealed record RaftParts
{
    /// <summary>Identity, peers and times.</summary>
    public required RaftSettings Settings { get; init; }

    /// <summary>The loop that everything runs on. The driver shares it with nobody who blocks.</summary>
    public required IEventLoop Loop { get; init; }

    /// <summary>The metadata log.</summary>
    public required IRaftLog Log { get; init; }

    /// <summary>The snapshots beside it.</summary>
    public required IRaftSnapshotStore Snapshots { get; init; }

    /// <summary>The file <c>quorum-state</c>.</summary>
    public required IQuorumStateStore QuorumState { get; init; }

    /// <summary>The way to the other nodes.</summary>
    public required IRaftTransport Transport { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Spreads election timeouts.</summary>
    public required RandomSource Random { get; init; }

    /// <summary>Receives log lines.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>
    /// Told, on the loop, that the replica has stopped because its disk failed or committed metadata would be at risk. The process should end: nothing the node
    /// knows of the metadata will change any more.
    /// </summary>
    public required Action<Exception> OnFault { get; init; }
}
