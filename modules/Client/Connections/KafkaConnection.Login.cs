using Kafka.Modular.Core.Threading;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Connections;

/// <content>
/// Sessions that end (KIP-368). As Kafka's clients do, the first request after 85 to 95 % of a session's time starts a login on the same connection:
/// what has left is answered as before, what comes is held back until the login is through.
/// </content>
public sealed partial class KafkaConnection
{
    private const double EarliestLogin = 0.85;
    private const double LoginSpread = 0.10;

    private readonly Queue<PendingRequest> _logins = new();
    private Task _loggingIn = Task.CompletedTask;
    private bool _isLoggingIn;
    private long _logsInAt = long.MaxValue;

    // Called with the lock held.
    private bool HasNext => _logins.Count > 0 || (!_isLoggingIn && _outgoing.Count > 0);

    /// <summary>Takes how long a session lasts, from now on. The point is random, so that many connections do not log in at once.</summary>
    private void BeginSession(TimeSpan? lifetime)
    {
        lock (_lock)
        {
            _logsInAt = lifetime is { } time ? Now + (long)(time.TotalMilliseconds * (EarliestLogin + (_parts.Random.NextDouble() * LoginSpread))) : long.MaxValue;
        }
    }

    /// <summary>Queues a request; gives whether a login has to come before it. Called with the lock held.</summary>
    private bool Queue(PendingRequest pending, bool isLogin)
    {
        (isLogin ? _logins : _outgoing).Enqueue(pending);
        var starts = !isLogin && !_isLoggingIn && Now >= _logsInAt;
        _isLoggingIn |= starts;
        return starts;
    }

    /// <summary>Whether the caller has to start sending. Called with the lock held.</summary>
    private bool StartsSending()
    {
        var starts = !_isSending && HasNext;
        _isSending |= starts;
        return starts;
    }

    private async Task LogInAgainAsync()
    {
        // The caller wants to send, not to compute proofs.
        await default(ThreadPoolTurn);
        try
        {
            BeginSession(await _security.AuthenticateAsync(this, CancellationToken.None));
            bool startsSending;
            lock (_lock)
            {
                _isLoggingIn = false;
                startsSending = StartsSending();
            }

            _logger.LoggedInAgain(Address.ToString());
            if (startsSending)
            {
                _sending = SendQueuedAsync();
            }
        }
        catch (Exception fault)
        {
            _logger.NotLoggedInAgain(Address.ToString(), fault.Message);
            Fail(fault);
        }
    }
}
