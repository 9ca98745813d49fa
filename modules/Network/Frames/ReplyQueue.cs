using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Network.Metrics;

namespace Kafka.Modular.Network.Frames;

/// <summary>
/// Keeps the replies of a connection in the order of its requests. Requests are added by the receiver, completed by anyone, taken by one
/// sender at a time. Safe to use from any thread.
/// </summary>
internal sealed class ReplyQueue
{
    private readonly Lock _lock = new();
    private readonly int _maximumRequests;
    private readonly long _maximumUnsentBytes;
    private PendingReply?[] _ring = [];
    private int _head;
    private int _queued;
    private int _outstanding;
    private long _unsentBytes;
    private bool _sending;
    private bool _draining;
    private bool _closed;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _empty;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="maximumRequests">Requests that may be under way.</param>
    /// <param name="maximumUnsentBytes">Bytes of completed replies in memory beyond which no further request is taken.</param>
    public ReplyQueue(int maximumRequests, long maximumUnsentBytes)
    {
        _maximumRequests = maximumRequests;
        _maximumUnsentBytes = maximumUnsentBytes;
    }

    /// <summary>Requests that were added and whose replies were neither sent nor dropped.</summary>
    public int Outstanding
    {
        get
        {
            lock (_lock)
            {
                return _outstanding;
            }
        }
    }

    /// <summary>Whether the reply to the oldest request is there, being sent or waiting for that: then the peer is who keeps us waiting.</summary>
    public bool WaitsForPeer
    {
        get
        {
            lock (_lock)
            {
                return _sending || _outstanding == 0;
            }
        }
    }

    /// <summary>Completes when a request may be added, or the queue is closed.</summary>
    public ValueTask WaitForRoomAsync()
    {
        lock (_lock)
        {
            if (HasRoom())
            {
                return ValueTask.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task);
        }
    }

    /// <summary>Adds a request behind the others; false when no more are taken.</summary>
    public bool TryAdd(IReplyReceiver receiver, [NotNullWhen(true)] out PendingReply? pending)
    {
        lock (_lock)
        {
            if (_draining || _closed)
            {
                pending = null;
                return false;
            }

            if (_queued == _ring.Length)
            {
                Enlarge();
            }

            ref var slot = ref _ring[(_head + _queued) & (_ring.Length - 1)];
            pending = slot ??= new PendingReply(receiver);
            _queued++;
            _outstanding++;
            return true;
        }
    }

    /// <summary>Tells the reply to a request. True when the caller has to start a sender.</summary>
    public bool Complete(PendingReply pending, Reply ownedReply)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                pending.SetReply(ownedReply);
                _unsentBytes += ownedReply.Message?.BytesInMemory ?? 0;
                if (_sending || _ring[_head] != pending)
                {
                    return false;
                }

                _sending = true;
                return true;
            }
        }

        ownedReply.Message?.Dispose();
        lock (_lock)
        {
            CountDown();
        }

        return false;
    }

    /// <summary>
    /// Takes the next reply that may be sent; <see cref="OnSent"/> follows. When there is none the sender ends: whoever completes the next one starts another.
    /// </summary>
    /// <param name="ownedReply">The reply.</param>
    /// <param name="times">When its request passed each station.</param>
    /// <param name="isLast">Whether no other reply can be sent right after it.</param>
    public bool TryTake(out Reply ownedReply, out RequestTimes times, out bool isLast)
    {
        lock (_lock)
        {
            ownedReply = default;
            times = default;
            if (_closed || _queued == 0 || !_ring[_head]!.TryTakeReply(out ownedReply, out times))
            {
                _sending = false;
                isLast = true;
                return false;
            }

            _head = (_head + 1) & (_ring.Length - 1);
            _queued--;
            isLast = _queued == 0 || !_ring[_head]!.IsReady;
            return true;
        }
    }

    /// <summary>Tells that a reply which was taken is sent, or cannot be.</summary>
    /// <param name="bytesInMemory">Bytes it held.</param>
    /// <returns>True when the queue drains and this was the last.</returns>
    public bool OnSent(long bytesInMemory)
    {
        lock (_lock)
        {
            _unsentBytes -= bytesInMemory;
            CountDown();
            if (HasRoom())
            {
                SignalRoom();
            }

            return _draining && !_closed && _outstanding == 0;
        }
    }

    /// <summary>Takes no more requests. True when none is under way.</summary>
    public bool BeginDrain()
    {
        lock (_lock)
        {
            if (_draining)
            {
                return false;
            }

            _draining = true;
            return _outstanding == 0;
        }
    }

    /// <summary>Drops the replies that wait, and those that come later.</summary>
    public void Close()
    {
        List<Reply>? dropped = null;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            for (var i = 0; i < _queued; i++)
            {
                if (_ring[(_head + i) & (_ring.Length - 1)]!.TryTakeReply(out var reply, out _))
                {
                    (dropped ??= []).Add(reply);
                }
            }

            SignalRoom();
        }

        // Counted only once they are disposed: whoever waits for the end of all requests relies on nothing being held any more.
        foreach (var reply in dropped ?? [])
        {
            reply.Message?.Dispose();
            lock (_lock)
            {
                CountDown();
            }
        }
    }

    /// <summary>Completes when the closed queue has no request under way any more.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_lock)
        {
            if (_outstanding == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    private bool HasRoom() => _closed || (_outstanding < _maximumRequests && _unsentBytes <= _maximumUnsentBytes);

    private void CountDown()
    {
        if (--_outstanding == 0)
        {
            _empty?.TrySetResult();
        }
    }

    private void SignalRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }

    private void Enlarge()
    {
        var larger = new PendingReply?[Math.Max(1, _ring.Length * 2)];
        for (var i = 0; i < _ring.Length; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }
}
