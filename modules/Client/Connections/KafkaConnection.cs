using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Connections;

/// <summary>
/// One connection to a node. Any number of requests may be under way: they leave in the order of the calls, and a broker answers in that order.
/// Safe to use from any thread.
/// </summary>
/// <remarks>
/// A request that takes longer than its timeout ends the connection, as in Kafka's clients: nothing that comes behind it could be told apart from
/// its late answer's delay. What ends a connection fails all requests under way; a new connection is up to the caller (<c>ClusterClient</c> does it).
/// </remarks>
public sealed partial class KafkaConnection : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingRequest> _outgoing = new();
    private readonly Queue<PendingRequest> _awaiting = new();
    private readonly ITransport _transport;
    private readonly IConnectionSecurity _security;
    private readonly ClientOptions _options;
    private readonly ClientParts _parts;
    private readonly ILogger _logger;
    private readonly ResponseReader _reader;
    private readonly FrameSender _sender;
    private readonly ITimer _timer;
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;
    private ApiVersionTable? _versions;
    private Exception? _fault;
    private bool _isSending;
    private int _correlationId;
    private int _inFlight;
    private long _lastUsed;
    private long _armedFor = long.MaxValue;

    private KafkaConnection(BrokerAddress address, ITransport ownedTransport, IConnectionSecurity security, ClientOptions options, ClientParts parts)
    {
        Address = address;
        _transport = ownedTransport;
        _security = security;
        _options = options;
        _parts = parts;
        _logger = parts.Loggers.CreateLogger(ClientEvents.NetworkCategory);
        _reader = new ResponseReader(ownedTransport, parts.Buffers, options.MaximumResponseBytes);
        _sender = new FrameSender(ownedTransport, parts.Buffers);
        _timer = parts.Time.CreateTimer(static state => ((KafkaConnection)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _lastUsed = Now;
    }

    /// <summary>What was connected to.</summary>
    public BrokerAddress Address { get; }

    /// <summary>Which requests the node takes in which versions.</summary>
    public ApiVersionTable Versions => _versions ?? throw new InvalidOperationException("The versions are not negotiated yet.");

    /// <summary>Whether requests can still be sent.</summary>
    public bool IsAlive => Volatile.Read(ref _fault) is null;

    /// <summary>How many requests are under way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    private long Now => (long)_parts.Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Sends a request and gives its response, which stands on memory of its own.</summary>
    /// <exception cref="KafkaClientException">The connection was lost (NETWORK_EXCEPTION), or it took too long (REQUEST_TIMED_OUT).</exception>
    /// <exception cref="UnsupportedVersionException">There is no version that both sides know and that can carry the request.</exception>
    public async ValueTask<TResponse> SendAsync<TRequest, TResponse>(
        IRequest<TRequest, TResponse> request, SendOptions options, CancellationToken cancellationToken)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        var version = Versions.Choose(TRequest.Key, options.HighestVersion);
        using var frame = await ExchangeFrameAsync(request, version, options.Timeout, cancellationToken);
        return Decode<TResponse>(frame.Span.ToArray(), TRequest.Key, version);
    }

    /// <summary>Sends a request and gives its response where it lies in its frame; the caller disposes it. For responses that carry records.</summary>
    /// <exception cref="KafkaClientException">The connection was lost (NETWORK_EXCEPTION), or it took too long (REQUEST_TIMED_OUT).</exception>
    /// <exception cref="UnsupportedVersionException">There is no version that both sides know and that can carry the request.</exception>
    public async ValueTask<KafkaReply<TResponse>> ExchangeAsync<TRequest, TResponse>(
        IRequest<TRequest, TResponse> request, SendOptions options, CancellationToken cancellationToken)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        var version = Versions.Choose(TRequest.Key, options.HighestVersion);
        var frame = await ExchangeFrameAsync(request, version, options.Timeout, cancellationToken);
        try
        {
            return new KafkaReply<TResponse>(Decode<TResponse>(frame.Memory, TRequest.Key, version), version, frame);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request that is not answered (Produce with acks=0); completes when it has left.</summary>
    /// <exception cref="KafkaClientException">The connection was lost (NETWORK_EXCEPTION), or it took too long (REQUEST_TIMED_OUT).</exception>
    /// <exception cref="UnsupportedVersionException">There is no version that both sides know and that can carry the request.</exception>
    public async ValueTask SendOneWayAsync<TRequest, TResponse>(
        IRequest<TRequest, TResponse> request, SendOptions options, CancellationToken cancellationToken)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        var version = Versions.Choose(TRequest.Key, options.HighestVersion);
        await Enqueue(request, version, expectsReply: false, options.Timeout).WaitForAsync(this, cancellationToken);
    }

    /// <summary>Ends the connection; requests under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        Fail(KafkaClientException.Disconnected(Address.ToString(), new ObjectDisposedException(nameof(KafkaConnection))));
        await _timer.DisposeAsync();
        await _receiving;
        await _sending;
        await _loggingIn;
        await _transport.DisposeAsync();
    }

    private async ValueTask<PooledBuffer> ExchangeFrameAsync(IRequest request, short version, TimeSpan? timeout, CancellationToken cancellationToken) =>
        (await Enqueue(request, version, expectsReply: true, timeout).WaitForAsync(this, cancellationToken))!;

    private TResponse Decode<TResponse>(ReadOnlyMemory<byte> frame, ApiKey key, short version)
        where TResponse : class, IResponse<TResponse>, new()
    {
        try
        {
            var reader = new ProtocolReader(frame);
            MessageFraming.ReadResponseHeader(ref reader, key, version);
            return TResponse.Read(ref reader, version);
        }
        catch (ProtocolException garbage)
        {
            var fault = new KafkaClientException(
                ErrorCode.CorruptMessage, $"{Address} sent a response to {key} version {version} that cannot be read: {garbage.Message}", garbage);
            Fail(fault);
            throw fault;
        }
    }

    private PendingHandle Enqueue(IRequest request, short version, bool expectsReply, TimeSpan? timeout)
    {
        var correlationId = Interlocked.Increment(ref _correlationId) & int.MaxValue;
        var message = _parts.Buffers.RentOutput();
        PendingRequest pending;
        try
        {
            using var writer = new ProtocolWriter(message);
            MessageFraming.WriteRequest(writer, request, version, correlationId, _options.ClientId);
            pending = new PendingRequest(correlationId, expectsReply, message, Now + (long)(timeout ?? _options.RequestTimeout).TotalMilliseconds);
        }
        catch
        {
            message.Dispose();
            throw;
        }

        bool startsSending;
        bool startsLogin;
        lock (_lock)
        {
            if (_fault is not null)
            {
                message.Dispose();
                throw KafkaClientException.Disconnected(Address.ToString(), _fault);
            }

            _inFlight++;
            startsLogin = Queue(pending, isLogin: request is SaslHandshakeRequest or SaslAuthenticateRequest);
            startsSending = StartsSending();
            Arm(pending.Deadline);
        }

        if (startsLogin)
        {
            _loggingIn = LogInAgainAsync();
        }

        if (startsSending)
        {
            _sending = SendQueuedAsync();
        }

        return new PendingHandle(pending);
    }

    private async Task SendQueuedAsync()
    {
        PendingRequest? pending = null;
        try
        {
            while (true)
            {
                while (TakeNext(out pending, out var message))
                {
                    await _sender.AppendAsync(message, CancellationToken.None);
                    lock (_lock)
                    {
                        pending.OnSent();
                    }
                }

                await _sender.FlushAsync(CancellationToken.None);
                lock (_lock)
                {
                    if (!HasNext)
                    {
                        _isSending = false;
                        return;
                    }
                }
            }
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            Fail(KafkaClientException.Disconnected(Address.ToString(), lost));
        }
        catch (Exception unexpected)
        {
            Fail(unexpected);
        }

        lock (_lock)
        {
            pending?.OnSent();
            _sender.Dispose();
        }
    }

    private bool TakeNext(out PendingRequest pending, out OutputBuffer message)
    {
        lock (_lock)
        {
            while (_logins.TryDequeue(out pending!) || (!_isLoggingIn && _outgoing.TryDequeue(out pending!)))
            {
                if (pending.TakeMessage() is { } taken)
                {
                    message = taken;
                    if (pending.ExpectsReply)
                    {
                        _awaiting.Enqueue(pending);
                    }
                    else
                    {
                        _inFlight--;
                    }

                    return true;
                }

                _inFlight--;
            }
        }

        message = null!;
        return false;
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await _reader.ReadAsync() is { } frame)
            {
                OnFrame(frame);
            }

            Fail(KafkaClientException.Disconnected(Address.ToString()));
        }
        catch (ProtocolException garbage)
        {
            _logger.Garbage(Address.ToString(), garbage.Message);
            Fail(new KafkaClientException(ErrorCode.NetworkException, $"{Address} does not speak Kafka's protocol: {garbage.Message}", garbage));
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            Fail(KafkaClientException.Disconnected(Address.ToString(), lost));
        }
        catch (Exception unexpected)
        {
            Fail(unexpected);
        }
    }

    private void OnFrame(PooledBuffer ownedFrame)
    {
        var correlationId = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(ownedFrame.Span);
        lock (_lock)
        {
            _lastUsed = Now;
            if (_awaiting.TryPeek(out var head) && head.CorrelationId == correlationId)
            {
                _awaiting.Dequeue();
                _inFlight--;
                head.OnReply(ownedFrame);
                return;
            }
        }

        ownedFrame.Dispose();
        throw new ProtocolException($"a response has correlation id {correlationId}, which is not that of the oldest request under way");
    }

    private void Cancel(PendingRequest pending, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            pending.OnFault(new OperationCanceledException(cancellationToken));
        }
    }

    private void Fail(Exception fault)
    {
        lock (_lock)
        {
            if (_fault is not null)
            {
                return;
            }

            Volatile.Write(ref _fault, fault);
            foreach (var pending in _outgoing.Concat(_logins))
            {
                pending.OnFault(fault);
            }

            foreach (var pending in _awaiting)
            {
                pending.OnFault(fault);
            }

            _outgoing.Clear();
            _logins.Clear();
            _awaiting.Clear();
            _inFlight = 0;
        }

        _transport.Abort();
    }

    // One timer for whatever is due first: a request's deadline, or the end of idleness. Called with the lock held.
    private void Arm(long due)
    {
        if (due < _armedFor)
        {
            _armedFor = due;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(due - Now, 0, int.MaxValue)), Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        KafkaClientException? fault = null;
        lock (_lock)
        {
            if (_fault is not null)
            {
                return;
            }

            _armedFor = long.MaxValue;
            var due = long.MaxValue;
            foreach (var pending in _awaiting)
            {
                due = Math.Min(due, pending.Deadline);
            }

            foreach (var pending in _outgoing.Concat(_logins))
            {
                due = Math.Min(due, pending.Deadline);
            }

            var now = Now;
            if (due <= now)
            {
                fault = new KafkaClientException(ErrorCode.RequestTimedOut, $"{Address} did not answer in time; the connection was closed.");
            }
            else if (_inFlight == 0 && !_isSending && _options.ConnectionsMaximumIdle is { } idle)
            {
                due = _lastUsed + (long)idle.TotalMilliseconds;
                fault = due <= now ? KafkaClientException.Disconnected(Address.ToString(), new TimeoutException("connections.max.idle.ms is over")) : null;
            }

            if (fault is null && due != long.MaxValue)
            {
                Arm(due);
            }
        }

        if (fault is not null)
        {
            _logger.ConnectionGivenUp(Address.ToString(), fault.Message);
            Fail(fault);
        }
    }

    /// <summary>A request that was queued, to be waited for.</summary>
    private readonly struct PendingHandle(PendingRequest pending)
    {
        public async ValueTask<PooledBuffer?> WaitForAsync(KafkaConnection connection, CancellationToken cancellationToken)
        {
            var request = pending;
            await using (cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var (connection, pending) = ((KafkaConnection, PendingRequest))state!;
                    connection.Cancel(pending, token);
                },
                cancellationToken.CanBeCanceled ? (connection, request) : null))
            {
                return await request.Completion;
            }
        }
    }
}
