using Kafka.Modular.Protocol;

namespace Kafka.Modular.Coordination;

/// <summary>
/// What an operation on a coordinator's shard decided: the records to write as one batch, and the replies to give once they are committed.
/// </summary>
/// <typeparam name="TRecord">The coordinator's record.</typeparam>
public sealed class CoordinatorResult<TRecord>
{
    /// <summary>Nothing to write and nobody to answer.</summary>
    public static readonly CoordinatorResult<TRecord> Empty = new();

    /// <summary>Records that are appended together, or not at all, where <see cref="IsAtomic"/>.</summary>
    public IReadOnlyList<TRecord> Records { get; init; } = [];

    /// <summary>
    /// Whether the records must be one batch. False where each stands for itself (tombstones of a clean-up): they may then fill several batches.
    /// </summary>
    public bool IsAtomic { get; init; } = true;

    /// <summary>
    /// Given when the records are committed, at once when there are none and no earlier write is pending. When the append
    /// fails, each is failed with the error instead.
    /// </summary>
    public IReadOnlyList<ReplyEffect> Replies { get; init; } = [];

    /// <summary>
    /// Whether the records are applied to the shard after the append. False where the state already holds what they say
    /// (the classic group protocol) and <see cref="Completed"/> settles the outcome.
    /// </summary>
    public bool ReplayRecords { get; init; } = true;

    /// <summary>
    /// Runs on the shard's loop once the records are committed (<see cref="ErrorCode.None"/>) or could not be written. What it
    /// returns is handled as any other result.
    /// </summary>
    public Func<ErrorCode, CoordinatorResult<TRecord>>? Completed { get; init; }

    /// <summary>True when there is nothing to do at all.</summary>
    public bool IsEmpty => Records.Count == 0 && Replies.Count == 0 && Completed is null;

    /// <summary>A result that only answers.</summary>
    public static CoordinatorResult<TRecord> Reply(ReplyEffect reply) => new() { Replies = [reply] };
}
