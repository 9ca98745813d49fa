namespace Kafka.Modular.Raft.Driver;

/// <summary>
/// Follows the committed metadata and the leadership: the controller and the metadata loader. Called on the Raft loop, in order; it must hand work over to
/// its own loop and return soon.
/// </summary>
public interface IRaftListener
{
    /// <summary>
    /// The next committed batches. No more come before <see cref="CommittedBatches.Dispose"/>, from any thread, says that these are dealt with.
    /// </summary>
    void OnCommit(CommittedBatches ownedBatches);

    /// <summary>Forget everything and start over from this snapshot. Nothing more comes before it is disposed, from any thread.</summary>
    void OnLoadSnapshot(RaftSnapshot ownedSnapshot);

    /// <summary>
    /// The leader or the epoch changed. This node is told that it leads once all records of earlier epochs were given to <see cref="OnCommit"/>; that it leads no
    /// more it is told at once, with leader -1 or another.
    /// </summary>
    void OnLeaderChange(LeaderAndEpoch leader);
}
