using System.Net;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Network.Limits;

/// <summary>
/// Counts connections and decides which are accepted, by the rules of Kafka's <c>ConnectionQuotas</c>: over the limit of broker or
/// listener accepting waits, over the rate it waits too, over the limit of an address the new connection is refused. The inter-broker
/// listener is spared the broker's limits when it is not the only one. Safe to use from any thread.
/// </summary>
internal sealed class ConnectionQuotas
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly string? _protectedListener;
    private readonly Dictionary<string, ListenerCount> _listeners;
    private readonly Dictionary<IPAddress, int> _addresses = [];
    private readonly ConnectionRate _rate = new();
    private ConnectionLimits _limits;
    private int _total;
    private TaskCompletionSource? _changed;

    /// <summary>Creates the quotas of a broker.</summary>
    /// <param name="limits">The limits in force.</param>
    /// <param name="listeners">Names of all listeners.</param>
    /// <param name="interBrokerListener">The listener that brokers use among themselves, or null.</param>
    /// <param name="time">The clock.</param>
    public ConnectionQuotas(ConnectionLimits limits, IReadOnlyCollection<string> listeners, string? interBrokerListener, TimeProvider time)
    {
        _limits = limits;
        _time = time;
        _listeners = listeners.ToDictionary(static name => name, static _ => new ListenerCount(), StringComparer.Ordinal);
        _protectedListener = listeners.Count > 1 ? interBrokerListener : null;
    }

    /// <summary>Connections there are.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>How many connections should be closed, least recently used first, so that <c>max.connections</c> holds.</summary>
    public int Excess
    {
        get
        {
            lock (_lock)
            {
                return Math.Max(0, _total - _limits.Maximum);
            }
        }
    }

    /// <summary>Whether connections of a listener are spared the broker's limits.</summary>
    public bool IsProtected(string listener) => string.Equals(listener, _protectedListener, StringComparison.Ordinal);

    /// <summary>Connections of a listener.</summary>
    public int CountOf(string listener)
    {
        lock (_lock)
        {
            return _listeners[listener].Count;
        }
    }

    /// <summary>Waits until a connection may be accepted and counts it; false when its address has too many, and nothing is counted.</summary>
    public async ValueTask<bool> AdmitAsync(string listener, IPAddress address, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        long waitMs;
        lock (_lock)
        {
            waitMs = RecordRate(listener);
        }

        while (true)
        {
            var remaining = TimeSpan.FromMilliseconds(waitMs) - _time.GetElapsedTime(since);
            Task changed;
            lock (_lock)
            {
                if (remaining <= TimeSpan.Zero && HasRoom(listener))
                {
                    return TryCount(listener, address);
                }

                changed = (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await (remaining > TimeSpan.Zero
                ? Task.Delay(remaining, _time, cancellationToken)
                : changed.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Takes a connection out of the count.</summary>
    public void Release(string listener, IPAddress address)
    {
        lock (_lock)
        {
            _total--;
            _listeners[listener].Count--;
            var count = _addresses[address] - 1;
            if (count == 0)
            {
                _addresses.Remove(address);
            }
            else
            {
                _addresses[address] = count;
            }

            SignalChange();
        }
    }

    /// <summary>Puts other limits in force; connections that wait are looked at again.</summary>
    public void Update(ConnectionLimits limits)
    {
        lock (_lock)
        {
            _limits = limits;
            SignalChange();
        }
    }

    /// <summary>How many connections an address may have.</summary>
    public int MaximumOf(IPAddress address) => _limits.MaximumOfAddress.GetValueOrDefault(address, _limits.MaximumPerAddress);

    private long RecordRate(string listener)
    {
        var now = (long)_time.GetElapsedTime(0).TotalMilliseconds;
        var broker = IsProtected(listener) ? 0 : _rate.Record(_limits.Rate, now);
        var own = _listeners[listener].Rate.Record(_limits.RateOfListener.GetValueOrDefault(listener, int.MaxValue), now);
        return Math.Max(broker, own);
    }

    private bool HasRoom(string listener) =>
        _listeners[listener].Count < _limits.MaximumOfListener.GetValueOrDefault(listener, int.MaxValue)
        && (IsProtected(listener) || _total < _limits.Maximum);

    private bool TryCount(string listener, IPAddress address)
    {
        var count = _addresses.GetValueOrDefault(address);
        if (count >= MaximumOf(address))
        {
            return false;
        }

        _addresses[address] = count + 1;
        _listeners[listener].Count++;
        _total++;
        return true;
    }

    private void SignalChange()
    {
        _changed?.TrySetResult();
        _changed = null;
    }

    private sealed class ListenerCount
    {
        public int Count { get; set; }

        public ConnectionRate Rate { get; } = new();
    }
}
