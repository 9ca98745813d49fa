using System.Net;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Metrics;

namespace Kafka.Modular.Network.Tls;

/// <summary>
/// The handshakes of a server. Each has a deadline. Of those that have begun, and hold memory, there is a bounded number: when one more begins, the oldest of
/// the address that has the most is cut, so that whoever opens them by the thousand displaces its own. Safe to use from any thread.
/// </summary>
internal sealed class TlsHandshakes(BufferPool pool, IEventLoop timers, ConnectionLog log)
{
    /// <summary>Handshakes that may have begun and not ended.</summary>
    public const int MaximumBegun = 512;

    /// <summary>How long a handshake may take, from the connection on.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>How long a client has to read why it was turned away.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(1);

    // One that was cut holds its memory until it has noticed, so it is not enough to count those that have begun.
    private readonly MemoryBudget _sessions = new((long)MaximumBegun * TlsHandshake.SessionBytes);
    private readonly Lock _lock = new();
    private readonly HashSet<TlsHandshake> _all = [];
    private readonly LinkedList<TlsHandshake> _begun = [];
    private readonly Dictionary<IPAddress, int> _begunByAddress = [];
    private TaskCompletionSource? _empty;
    private bool _isStopped;

    /// <summary>How many are under way.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>How many have begun.</summary>
    public int Begun
    {
        get
        {
            lock (_lock)
            {
                return _begun.Count;
            }
        }
    }

    /// <summary>Runs the handshake of a connection, on another thread than the caller's. Does not throw.</summary>
    /// <param name="listener">The listener it came to.</param>
    /// <param name="context">The connection; it is told who the client is.</param>
    /// <param name="ownedTransport">The connection itself.</param>
    /// <param name="metrics">Where the outcome is counted.</param>
    /// <param name="onDone">Takes over the connection when the handshake went well, and is given null when it did not and the connection is gone.</param>
    public async Task RunAsync(
        ListenerTls listener, ConnectionContext context, ITransport ownedTransport, ListenerMetrics metrics, Action<TlsTransport?> onDone)
    {
        var handshake = new TlsHandshake(listener, context, ownedTransport);
        if (!TryAdd(handshake))
        {
            ownedTransport.Abort();
            onDone(null);
            return;
        }

        timers.Schedule(handshake, Deadline);
        await default(ThreadPoolTurn);
        var tls = await handshake.RunAsync(pool, Begin, _sessions);
        timers.Cancel(handshake);
        EndBegun(handshake);
        if (tls is null)
        {
            if (handshake.Failure is { } failure)
            {
                metrics.FailedAuthentications.Increment();
                log.HandshakeFailed(context, failure);
            }

            timers.Schedule(handshake, s_linger);
            await handshake.LingerAsync();
            timers.Cancel(handshake);
        }

        onDone(tls);
        Remove(handshake);
    }

    /// <summary>Cuts those under way and lets no other begin; completes when none is left.</summary>
    public Task StopAsync()
    {
        TlsHandshake[] all;
        Task empty;
        lock (_lock)
        {
            _isStopped = true;
            all = [.. _all];
            empty = _all.Count == 0 ? Task.CompletedTask : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        foreach (var handshake in all)
        {
            handshake.Abort(HandshakeEnd.Shutdown);
        }

        return empty;
    }

    private bool TryAdd(TlsHandshake handshake)
    {
        lock (_lock)
        {
            return !_isStopped && _all.Add(handshake);
        }
    }

    private void Remove(TlsHandshake handshake)
    {
        lock (_lock)
        {
            _all.Remove(handshake);
            if (_all.Count == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }

    private void Begin(TlsHandshake handshake)
    {
        TlsHandshake? displaced = null;
        lock (_lock)
        {
            if (_begun.Count >= MaximumBegun)
            {
                var most = _begunByAddress.MaxBy(static pair => pair.Value).Key;
                displaced = _begun.First(h => h.Address.Equals(most));
                Forget(displaced);
            }

            handshake.Place = _begun.AddLast(handshake);
            _begunByAddress[handshake.Address] = _begunByAddress.GetValueOrDefault(handshake.Address) + 1;
        }

        displaced?.Abort(HandshakeEnd.Displaced);
    }

    private void EndBegun(TlsHandshake handshake)
    {
        lock (_lock)
        {
            Forget(handshake);
        }
    }

    private void Forget(TlsHandshake handshake)
    {
        if (handshake.Place is not { } place)
        {
            return;
        }

        _begun.Remove(place);
        handshake.Place = null;
        var left = _begunByAddress[handshake.Address] - 1;
        if (left == 0)
        {
            _begunByAddress.Remove(handshake.Address);
        }
        else
        {
            _begunByAddress[handshake.Address] = left;
        }
    }
}
