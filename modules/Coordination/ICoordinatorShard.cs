namespace Kafka.Modular.Coordination;

/// <summary>
/// The state that one coordinator partition holds: a pure state machine. It lives on its runtime's loop; nothing in it is locked.
/// </summary>
/// <typeparam name="TRecord">The coordinator's record: what is written to the partition and replayed from it.</typeparam>
public interface ICoordinatorShard<in TRecord>
{
    /// <summary>
    /// Applies a record that was read from the log or has just been appended to it. It never fails on a record that an
    /// earlier version of the software wrote.
    /// </summary>
    /// <param name="offset">The record's offset.</param>
    /// <param name="producerId">The producer of the batch, or -1 when the record belongs to no transaction.</param>
    /// <param name="record">The record.</param>
    void Replay(long offset, long producerId, TRecord record);

    /// <summary>The whole log was replayed and this node is the coordinator: start timers for what was found.</summary>
    void OnLoaded();

    /// <summary>
    /// This node is no longer the coordinator. Returns what is to be said to callers that still wait inside the state.
    /// </summary>
    IReadOnlyList<ReplyEffect> OnUnloaded();
}
