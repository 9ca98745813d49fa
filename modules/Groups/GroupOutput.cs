using Kafka.Modular.Coordination;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Groups;

/// <summary>Collects what one operation on a shard decides, in the order in which it decides it.</summary>
internal sealed class GroupOutput
{
    private readonly List<GroupRecord> _records = [];
    private readonly List<ReplyEffect> _replies = [];
    private Func<ErrorCode, CoordinatorResult<GroupRecord>>? _completed;
    private bool _replayRecords = true;

    /// <summary>Whether the records must be one batch; tombstones of a clean-up need not be.</summary>
    public bool IsAtomic { get; init; } = true;

    public bool IsEmpty => _records.Count == 0;

    public List<GroupRecord> Records => _records;

    public void Reply(ReplyEffect reply) => _replies.Add(reply);

    public void Write(GroupRecord record) => _records.Add(record);

    /// <summary>
    /// Writes the record of a group whose state already holds what it says; <paramref name="onCompleted"/> settles the outcome.
    /// </summary>
    public void WriteState(GroupRecord record, Action<ErrorCode, GroupOutput> onCompleted)
    {
        _records.Add(record);
        _replayRecords = false;
        _completed = error =>
        {
            var next = new GroupOutput();
            onCompleted(error, next);
            return next.ToResult();
        };
    }

    public CoordinatorResult<GroupRecord> ToResult()
        => new() { Records = _records, Replies = _replies, Completed = _completed, ReplayRecords = _replayRecords, IsAtomic = IsAtomic };
}
