using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Raft.Messages;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Driver;

/// <summary>The requests that are under way, in both directions, and their translation. Safe to use from any thread.</summary>
internal sealed class RequestTable(RaftParts parts, Action<Action> post, Action<RaftEvent> handle, CancellationToken stopping)
{
    private readonly Dictionary<long, Pending> _pending = [];
    private readonly Lock _lock = new();
    private long _lastId;
    private bool _isClosed;

    /// <summary>Answers a request of another node or a client.</summary>
    public async Task<IResponse> HandleAsync(IRequest request, string listenerName, CancellationToken cancellationToken)
    {
        var (call, refusal) = RequestDecoder.Decode(request);
        if (call is null)
            return refusal!;
        var pending = new Pending(request, listenerName);
        long id;
        lock (_lock)
        {
            if (_isClosed)
                return ResponseEncoder.Refusal(request, ErrorCode.BrokerNotAvailable);
            id = ++_lastId;
            _pending[id] = pending;
        }

        post(() => handle(new RequestReceived(id, call)));
        return await pending.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Sends a request to another node.</summary>
    public void Send(long correlationId, RaftNode destination, RaftRequest request) => _ = SendAsync(correlationId, destination, request);

    /// <summary>Completes a request of another node.</summary>
    public void Reply(long requestId, RaftReply reply, Func<long, long> toUnixMs)
    {
        Pending? pending;
        lock (_lock)
            _pending.Remove(requestId, out pending);
        pending?.TrySetResult(ResponseEncoder.Encode(pending.Request, reply, pending.ListenerName, toUnixMs));
    }

    /// <summary>Answers everything that waits, and everything to come, with BROKER_NOT_AVAILABLE.</summary>
    public void RefuseAll()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var pending in _pending.Values)
                pending.TrySetResult(ResponseEncoder.Refusal(pending.Request, ErrorCode.BrokerNotAvailable));
            _pending.Clear();
        }
    }

    private async Task SendAsync(long correlationId, RaftNode destination, RaftRequest request)
    {
        RaftEvent outcome;
        try
        {
            var response = await parts.Transport.SendAsync(destination, RequestEncoder.Encode(request), stopping);
            outcome = ResponseDecoder.Decode(response, parts.Settings.ControllerListenerName) is { } reply
                ? new ReplyReceived(correlationId, destination, reply)
                : new RequestFailed(correlationId, destination);
        }
        catch (UnsupportedVersionException) when (request is VoteCall)
        {
            outcome = new ReplyReceived(correlationId, destination, new VoteReply { TopLevelError = ErrorCode.UnsupportedVersion });
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            parts.Logger.RequestFailed(e, destination.ToString());
            outcome = new RequestFailed(correlationId, destination);
        }

        post(() => handle(outcome));
    }

    private sealed class Pending(IRequest request, string listenerName)
        : TaskCompletionSource<IResponse>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IRequest Request => request;

        public string ListenerName => listenerName;
    }
}
