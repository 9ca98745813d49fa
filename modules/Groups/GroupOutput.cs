using Kafka.Modular.Coordination;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Groups;

/// <summary>Collects what one operation on a shard decides, in the order in which it decides it.</summary>
internal sealed class GroupOutput
{
    private readonly List<GroupRecord> records = [];
    private readonly List<ReplyEffect> replies = [];
    private Func<ErrorCode, CoordinatorResult<GroupRecord>>? completed;
    private bool replayRecords = true;

    public bool IsEmpty => records.Count == 0;

    public List<GroupRecord> Records => records;

    public void Reply(ReplyEffect reply) => replies.Add(reply);

    public void Write(GroupRecord record) => records.Add(record);

    /// <summary>
    /// Writes the record of a group whose state already holds what it says; <paramref name="onCompleted"/> settles the outcome.
    /// </summary>
    public void WriteState(GroupRecord record, Action<ErrorCode, GroupOutput> onCompleted)
    {
        records.Add(record);
        replayRecords = false;
        completed = error =>
        {
            var next = new GroupOutput();
            onCompleted(error, next);
            return next.ToResult();
        };
    }

    public CoordinatorResult<GroupRecord> ToResult()
        => new() { Records = records, Replies = replies, Completed = completed, ReplayRecords = replayRecords };
}
