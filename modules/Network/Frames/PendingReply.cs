using Kafka.Modular.Network.Metrics;

namespace Kafka.Modular.Network.Frames;

/// <summary>A request under way. Reused by its connection for later requests, so that one under way costs no allocation.</summary>
internal sealed class PendingReply
{
    private readonly IReplyReceiver _receiver;
    private readonly Action _onCompleted;
    private ValueTask<Reply> _task;
    private Reply _reply;
    private RequestTimes _times;

    public PendingReply(IReplyReceiver receiver)
    {
        _receiver = receiver;
        _onCompleted = OnCompleted;
    }

    /// <summary>Whether the reply is there. Under the lock of the queue.</summary>
    public bool IsReady { get; private set; }

    /// <summary>When the request passed each station so far; the receiver of the reply adds when it was complete.</summary>
    public ref RequestTimes Times => ref _times;

    /// <summary>Passes on what the dispatcher gave, now or when it completes.</summary>
    public void Start(ValueTask<Reply> task)
    {
        if (task.IsCompleted)
        {
            Finish(task, onReceiver: true);
            return;
        }

        _task = task;
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onCompleted);
    }

    /// <summary>Under the lock of the queue.</summary>
    public void SetReply(Reply ownedReply)
    {
        _reply = ownedReply;
        IsReady = true;
    }

    /// <summary>Under the lock of the queue.</summary>
    public bool TryTakeReply(out Reply ownedReply, out RequestTimes times)
    {
        ownedReply = _reply;
        times = _times;
        if (!IsReady)
        {
            return false;
        }

        _reply = default;
        IsReady = false;
        return true;
    }

    private void OnCompleted()
    {
        var task = _task;
        _task = default;
        Finish(task, onReceiver: false);
    }

    private void Finish(ValueTask<Reply> task, bool onReceiver)
    {
        Reply reply;
        Exception? fault = null;
        try
        {
            reply = task.GetAwaiter().GetResult();
        }
        catch (Exception thrown)
        {
            reply = Reply.Close;
            fault = thrown;
        }

        _receiver.OnReply(this, reply, fault, onReceiver);
    }
}
