using Kafka.Modular.Protocol;

namespace Kafka.Modular.Client.Cluster;

/// <summary>The attempts of one call: how much time is left, how long to wait before the next, and what to say when time is over.</summary>
internal sealed class Attempts : IDisposable
{
    private readonly ClusterClient _client;
    private readonly string _call;
    private readonly CancellationToken _caller;
    private readonly long _started;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;
    private int _failures;
    private KafkaClientException? _last;

    public Attempts(ClusterClient client, string call, CancellationToken caller)
    {
        _client = client;
        _call = call;
        _caller = caller;
        _started = client.Parts.Time.GetTimestamp();
        _timeout = new CancellationTokenSource(client.Options.ApiTimeout, client.Parts.Time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, caller);
        Token = _either.Token;
    }

    /// <summary>Ends when the caller gives up or time is over.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether another attempt may be made.</summary>
    public bool MayGoOn => Left > TimeSpan.Zero && !_caller.IsCancellationRequested;

    private TimeSpan Left => _client.Options.ApiTimeout - _client.Parts.Time.GetElapsedTime(_started);

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Limit(TimeSpan? asked)
    {
        var limit = asked ?? _client.Options.RequestTimeout;
        return limit < Left ? limit : Left > TimeSpan.Zero ? Left : TimeSpan.Zero;
    }

    /// <summary>Waits before the next attempt.</summary>
    /// <exception cref="KafkaClientException">Time is over.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async ValueTask WaitAsync(KafkaClientException fault)
    {
        _last = fault;
        _client.LogTriedAgain(_call, fault.Message);
        var wait = Backoff.Of(_client.Options.RetryBackoff, _client.Options.RetryBackoffMaximum, _failures++, _client.Parts.Random);
        try
        {
            await Task.Delay(wait, _client.Parts.Time, Token);
        }
        catch (OperationCanceledException canceled)
        {
            throw Explain(canceled);
        }
    }

    /// <summary>What the caller is told of the last failure.</summary>
    public Exception Explain(Exception fault)
    {
        if (_caller.IsCancellationRequested && fault is OperationCanceledException)
        {
            return new OperationCanceledException(fault.Message, fault, _caller);
        }

        // The timer may ring a moment before the clock says so.
        var isOver = (Left <= TimeSpan.Zero || _timeout.IsCancellationRequested) && (fault is OperationCanceledException || (fault as KafkaClientException)?.IsRetriable == true);
        if (!isOver)
        {
            return fault is OperationCanceledException
                ? new KafkaClientException(ErrorCode.NetworkException, $"{_call}: the client was closed.", fault)
                : fault;
        }

        var reason = _last ?? fault as KafkaClientException;
        return new KafkaClientException(
            ErrorCode.RequestTimedOut,
            $"Timed out after {(int)_client.Options.ApiTimeout.TotalMilliseconds} ms waiting for {_call}{(reason is null ? "." : $": {reason.Message}")}",
            fault);
    }

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }
}
