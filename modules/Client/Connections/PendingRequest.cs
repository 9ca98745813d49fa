using Kafka.Modular.Core.Buffers;

namespace Kafka.Modular.Client.Connections;

/// <summary>
/// A request on its way. All members but <see cref="Completion"/> are guarded by the connection's lock. It completes when its outcome is known
/// <em>and</em> its bytes are no longer needed, so that whoever lent memory to it may reuse that.
/// </summary>
internal sealed class PendingRequest(int correlationId, bool expectsReply, OutputBuffer ownedMessage, long deadline)
{
    private readonly TaskCompletionSource<PooledBuffer?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OutputBuffer? _message = ownedMessage;
    private bool _isSent;
    private PooledBuffer? _frame;
    private Exception? _fault;

    public int CorrelationId => correlationId;

    public bool ExpectsReply => expectsReply;

    /// <summary>When it has taken too long, on the connection's own clock.</summary>
    public long Deadline => deadline;

    /// <summary>The frame of the response; null where none is expected.</summary>
    public Task<PooledBuffer?> Completion => _completion.Task;

    /// <summary>Hands the message to whoever sends it; null when the request ended before.</summary>
    public OutputBuffer? TakeMessage()
    {
        var message = _message;
        _message = null;
        return message;
    }

    /// <summary>The message left, or never will.</summary>
    public void OnSent()
    {
        _isSent = true;
        CompleteIfKnown();
    }

    public void OnReply(PooledBuffer ownedFrame)
    {
        if (_fault is not null)
        {
            ownedFrame.Dispose();
            return;
        }

        _frame = ownedFrame;
        CompleteIfKnown();
    }

    /// <summary>Ends it without a response; only the first end counts.</summary>
    public void OnFault(Exception fault)
    {
        if (_frame is not null || _completion.Task.IsCompleted)
        {
            return;
        }

        _fault ??= fault;
        if (_message is not null)
        {
            TakeMessage()!.Dispose();
            _isSent = true;
        }

        CompleteIfKnown();
    }

    private void CompleteIfKnown()
    {
        if (!_isSent)
        {
            return;
        }

        if (_fault is OperationCanceledException canceled)
        {
            _completion.TrySetCanceled(canceled.CancellationToken);
        }
        else if (_fault is not null)
        {
            _completion.TrySetException(_fault);
        }
        else if (_frame is not null || !expectsReply)
        {
            _completion.TrySetResult(_frame);
        }
    }
}
