using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Controller;

/// <summary>Port: the metadata log as its leader writes it. The quorum's driver satisfies it.</summary>
public interface IControllerLog
{
    /// <summary>The offset that the next record gets, while this node leads.</summary>
    long EndOffset { get; }

    /// <summary>Appends records as one batch, all or none, in the epoch that this node was told to lead. Any thread; does not wait.</summary>
    ControllerAppend TryAppend(int epoch, IReadOnlyList<MetadataRecord> records);

    /// <summary>Waits until an offset is committed: NONE, or NOT_LEADER_OR_FOLLOWER when the leadership ended before.</summary>
    ValueTask<ErrorCode> WhenCommittedAsync(long offset, int epoch, CancellationToken cancellationToken);

    /// <summary>The finalized <c>kraft.version</c>, which the quorum keeps itself (KIP-853).</summary>
    short KRaftVersion { get; }

    /// <summary>The ids of the quorum's voters.</summary>
    IReadOnlyCollection<int> VoterIds { get; }

    /// <summary>Finalizes a higher <c>kraft.version</c>: NONE once it is proposed; NOT_CONTROLLER, INVALID_UPDATE_VERSION with a message otherwise.</summary>
    Task<ControllerRefusal> UpgradeKRaftVersionAsync(int epoch, short version, bool validateOnly, CancellationToken cancellationToken);

    /// <summary>Gives up the leadership of an epoch: what was committed could not be applied.</summary>
    void Resign(int epoch);
}
