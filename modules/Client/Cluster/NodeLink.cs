using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Threading;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Cluster;

/// <summary>
/// The way to one node: a connection that is made when it is first needed and made again after it was lost, with a wait that grows from failure to
/// failure. Safe to use from any thread.
/// </summary>
internal sealed class NodeLink(int nodeId, BrokerAddress address, ClientOptions options, ClientParts parts, CancellationToken stopping) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ILogger _logger = parts.Loggers.CreateLogger(ClientEvents.NetworkCategory);
    private Task<KafkaConnection>? _connecting;
    private KafkaConnection? _connection;
    private int _failures;
    private long _failedAt;
    private TimeSpan _wait;

    public int NodeId => nodeId;

    public BrokerAddress Address => address;

    /// <summary>The connection, if there is one that works.</summary>
    public KafkaConnection? Live => Volatile.Read(ref _connection) is { IsAlive: true } live ? live : null;

    /// <summary>Whether the last attempt failed and it is too early for another.</summary>
    public bool IsResting
    {
        get
        {
            lock (_lock)
            {
                return _failures > 0 && Live is null && RestLeft > TimeSpan.Zero;
            }
        }
    }

    /// <summary>Requests under way; none without a connection.</summary>
    public int InFlight => Live?.InFlight ?? 0;

    private TimeSpan RestLeft => _wait - parts.Time.GetElapsedTime(_failedAt);

    /// <summary>The connection; made now if there is none, and shared with everybody who asks meanwhile.</summary>
    /// <exception cref="KafkaClientException">It could not be made.</exception>
    public ValueTask<KafkaConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Live is { } live)
        {
            return ValueTask.FromResult(live);
        }

        Task<KafkaConnection> connecting;
        lock (_lock)
        {
            connecting = _connecting is { IsCompleted: false } underWay ? underWay : _connecting = Live is { } made ? Task.FromResult(made) : MakeAsync();
        }

        return new ValueTask<KafkaConnection>(connecting.WaitAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Task<KafkaConnection>? connecting;
        lock (_lock)
        {
            connecting = _connecting;
        }

        if (connecting is not null)
        {
            await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private async Task<KafkaConnection> MakeAsync()
    {
        // Nothing may run with the lock held.
        await default(ThreadPoolTurn);
        var before = _connection;
        if (before is not null)
        {
            await before.DisposeAsync();
        }

        if (_failures > 0 && RestLeft is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, parts.Time, stopping);
        }

        try
        {
            var setup = TimeSpan.FromMilliseconds(Math.Min(
                options.ConnectionSetupTimeout.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 20)),
                Math.Max(options.ConnectionSetupTimeout.TotalMilliseconds, options.ConnectionSetupTimeoutMaximum.TotalMilliseconds)));
            var connection = await KafkaConnection.ConnectAsync(address, options, parts, setup, stopping);
            lock (_lock)
            {
                _failures = 0;
                Volatile.Write(ref _connection, connection);
            }

            _logger.Connected(options.ClientId, nodeId, address.ToString());
            return connection;
        }
        catch (KafkaClientException fault)
        {
            lock (_lock)
            {
                _wait = Backoff.Of(options.ReconnectBackoff, options.ReconnectBackoffMaximum, _failures++, parts.Random);
                _failedAt = parts.Time.GetTimestamp();
            }

            if (!fault.IsAuthenticationFailure)
            {
                _logger.NotConnected(fault, options.ClientId, nodeId, address.ToString());
            }
            else
            {
                _logger.NotAuthenticated(options.ClientId, nodeId, address.ToString(), fault.Message);
            }

            throw;
        }
    }
}
