using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Metrics;

namespace Kafka.Modular.Network.Connections;

/// <summary>
/// Serves one connection. Lives on the thread pool: a receiver that reads frames and hands them to the dispatcher in order, and at most one
/// sender at a time, which runs on the receiving thread when the reply was there at once and otherwise on a thread of the pool.
/// </summary>
internal sealed class Connection : IThreadPoolWorkItem, IReplyReceiver, IDisposable
{
    /// <summary>Requests handled in a row before other connections get their turn on this thread.</summary>
    private const int RequestsPerTurn = 64;

    /// <summary>How long the peer has to read what was sent and close, after this end has closed its direction.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>How long it may take until it is known who the peer is.</summary>
    private static readonly TimeSpan AuthenticationTime = TimeSpan.FromMinutes(1);

    private readonly ConnectionServices _services;
    private readonly ListenerMetrics _metrics;
    private readonly ITransport _transport;
    private readonly FrameReader _reader;
    private readonly FrameSender _sender;
    private readonly ReplyQueue _replies = new(ConnectionServices.MaximumRequestsInFlight, ConnectionServices.MaximumUnsentBytes);
    private readonly CancellationTokenSource _gone = new();
    private readonly ConnectionTimer _timer;
    private long _lastSent;
    private long _accepted;
    private int _ended;
    private bool _lingering;
    private CloseReason _reason;

    public Connection(ConnectionContext context, ITransport transport, ConnectionServices services, ListenerMetrics metrics)
    {
        Context = context;
        _transport = transport;
        _services = services;
        _metrics = metrics;
        _reader = new FrameReader(transport, services.Pool, services.Budget, services.MaximumFrameSize, services.Time, context);
        _sender = new FrameSender(transport, services.Pool);
        _timer = new ConnectionTimer(this);
    }

    public ConnectionContext Context { get; }

    /// <summary>When bytes last went either way, as a timestamp of the clock.</summary>
    public long LastActivity => Math.Max(_reader.LastReceived, Volatile.Read(ref _lastSent));

    /// <summary>Serves the connection; completes when it is gone and no request of it is under way any more. Does not throw.</summary>
    public async Task RunAsync()
    {
        _accepted = _services.Time.GetTimestamp();
        _services.Timers.Schedule(_timer, Context.IsAuthenticated || AuthenticationTime > _services.MaximumIdle ? _services.MaximumIdle : AuthenticationTime);
        try
        {
            await ReceiveAsync();
        }
        catch (OperationCanceledException)
        {
            // The connection was ended from elsewhere while it waited for memory.
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            // The peer went away, or Abort was called.
        }
        catch (Exception fault)
        {
            Fail(fault);
        }

        Abort(CloseReason.Peer);
        _services.Timers.Cancel(_timer);
        _replies.Close();
        await _replies.WhenEmptyAsync();
    }

    /// <summary>Frees what is left. Only after <see cref="RunAsync"/> has completed.</summary>
    /// <remarks>The source of the token is left to the collector: it holds nothing else, and <see cref="Abort"/> may be using it still.</remarks>
    public void Dispose() => _sender.Dispose();

    /// <summary>Takes no more requests; closes when the replies to those under way were sent.</summary>
    public void BeginDrain(CloseReason reason)
    {
        if (_replies.BeginDrain())
        {
            CloseSend(reason);
        }
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort(CloseReason reason)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        // Whoever closed its direction first says why.
        _reason = Volatile.Read(ref _lingering) ? _reason : reason;
        _transport.Abort();
        _services.OnClosed(this, _reason);
        try
        {
            _gone.Cancel();
        }
        catch (AggregateException fault)
        {
            _services.Log.Fault(Context, fault);
        }
    }

    public void OnReply(PendingReply pending, Reply ownedReply, Exception? fault, bool onReceiver)
    {
        if (fault is not null && !(fault is OperationCanceledException && _gone.IsCancellationRequested))
        {
            Fail(fault);
        }

        if (ownedReply.Kind is ReplyKind.Close or ReplyKind.SendAndClose)
        {
            // What was sent behind a request that ends the connection is not executed, however long earlier replies take.
            _replies.BeginDrain();
        }

        pending.Times.Completed = onReceiver ? pending.Times.Returned : _services.Time.GetTimestamp();
        if (!_replies.Complete(pending, ownedReply))
        {
            return;
        }

        if (onReceiver)
        {
            Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Starts the sender.</summary>
    public void Execute() => _ = SendAsync();

    private async Task ReceiveAsync()
    {
        var inTurn = 0;
        while (true)
        {
            await _replies.WaitForRoomAsync();
            var reading = _reader.ReadAsync(_gone.Token);
            inTurn = reading.IsCompleted ? inTurn + 1 : 0;
            var read = await reading;
            switch (read.Kind)
            {
                case FrameReadKind.Frame:
                    Dispatch(read.OwnedFrame);
                    break;
                case FrameReadKind.Malformed:
                    _services.Log.Malformed(Context, read.Size, _reader.MaximumSize);
                    Abort(CloseReason.Malformed);
                    return;
                case FrameReadKind.Truncated:
                    _services.Log.Truncated(Context);
                    return;
                default:
                    return;
            }

            if (inTurn >= RequestsPerTurn)
            {
                inTurn = 0;
                await default(ThreadPoolTurn);
            }
        }
    }

    private void Dispatch(RequestFrame ownedFrame)
    {
        if (!_replies.TryAdd(this, out var pending))
        {
            // The connection is being closed: what still comes is read, so that the peer sees an orderly end, and dropped.
            ownedFrame.Dispose();
            return;
        }

        _metrics.OnRequest(ownedFrame.Length + sizeof(int));
        pending.Times.Received = ownedFrame.ReceivedTimestamp;
        pending.Times.Started = _services.Time.GetTimestamp();
        ValueTask<Reply> answer;
        try
        {
            answer = _services.Dispatcher.DispatchAsync(Context, ownedFrame, _gone.Token);
        }
        catch (Exception fault)
        {
            answer = ValueTask.FromException<Reply>(fault);
        }

        pending.Times.Returned = _services.Time.GetTimestamp();
        pending.Start(answer);
    }

    // Started by whoever made the oldest reply ready; ends when there is none to send.
    private async Task SendAsync()
    {
        try
        {
            while (_replies.TryTake(out var reply, out var times, out var isLast))
            {
                var bytes = reply.Message?.BytesInMemory ?? 0;
                bool drained;
                times.Taken = _services.Time.GetTimestamp();
                var length = reply.Message?.Length;
                try
                {
                    await SendAsync(reply, isLast);
                    times.Sent = _services.Time.GetTimestamp();
                    OnSent(reply, length, times);
                }
                catch
                {
                    // Before the request counts as done: from then on the connection may be disposed, and with it what is gathered.
                    _sender.Dispose();
                    throw;
                }
                finally
                {
                    drained = _replies.OnSent(bytes);
                }

                if (reply.Kind is ReplyKind.Close or ReplyKind.SendAndClose)
                {
                    _replies.BeginDrain();
                    _replies.Close();
                    CloseSend(CloseReason.Reply);
                }
                else if (drained)
                {
                    CloseSend(CloseReason.Shutdown);
                }
            }
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            Abort(CloseReason.Peer);
            EndSender();
        }
        catch (Exception fault)
        {
            Fail(fault);
            EndSender();
        }
    }

    private async ValueTask SendAsync(Reply reply, bool isLast)
    {
        if (reply.Message is null)
        {
            await _sender.FlushAsync(CancellationToken.None);
            return;
        }

        if (isLast || reply.Kind == ReplyKind.SendAndClose)
        {
            await _sender.SendAsync(reply.Message, CancellationToken.None);
        }
        else
        {
            await _sender.AppendAsync(reply.Message, CancellationToken.None);
        }
    }

    private void OnSent(in Reply reply, long? length, in RequestTimes times)
    {
        if (length is { } bytes)
        {
            Volatile.Write(ref _lastSent, times.Sent);
            _metrics.OnResponse(bytes + sizeof(int));
        }

        reply.Metrics?.OnSent(times);
    }

    private void EndSender()
    {
        _replies.Close();
        _replies.TryTake(out _, out _, out _);
    }

    // Closes this end's direction after the last reply. Closing both at once would make the system reset the connection if the peer had sent more, and
    // the reset could overtake the reply.
    private void CloseSend(CloseReason reason)
    {
        if (Volatile.Read(ref _lingering) || Volatile.Read(ref _ended) != 0)
        {
            return;
        }

        _reason = reason;
        Volatile.Write(ref _lingering, true);
        _services.Timers.Schedule(_timer, Linger);
        try
        {
            var closing = _transport.CloseSendAsync(CancellationToken.None);
            if (!closing.IsCompletedSuccessfully)
            {
                _ = ObserveAsync(closing);
            }
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            Abort(reason);
        }
    }

    private async Task ObserveAsync(ValueTask closing)
    {
        try
        {
            await closing;
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            Abort(CloseReason.Peer);
        }
    }

    private void Fail(Exception fault)
    {
        _services.Log.Fault(Context, fault);
        Abort(CloseReason.Fault);
    }

    // Nobody waits for the peer while requests are parked: then the connection is not idle.
    private void OnTimer()
    {
        var idle = _services.Time.GetElapsedTime(LastActivity);
        if (Volatile.Read(ref _lingering))
        {
            Abort(_reason);
        }
        else if (!Context.IsAuthenticated && _services.Time.GetElapsedTime(_accepted) is var waited && waited < AuthenticationTime)
        {
            _services.Timers.Schedule(_timer, AuthenticationTime - waited);
        }
        else if (!Context.IsAuthenticated)
        {
            Abort(CloseReason.NotAuthenticated);
        }
        else if (idle >= _services.MaximumIdle && _replies.WaitsForPeer)
        {
            Abort(CloseReason.Idle);
        }
        else
        {
            _services.Timers.Schedule(_timer, idle >= _services.MaximumIdle ? _services.MaximumIdle : _services.MaximumIdle - idle);
        }
    }

    private sealed class ConnectionTimer(Connection connection) : TimerEntry
    {
        protected override void OnExpired() => connection.OnTimer();
    }
}
