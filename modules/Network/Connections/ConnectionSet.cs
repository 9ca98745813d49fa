namespace Kafka.Modular.Network.Connections;

/// <summary>The open connections of a server and the tasks that serve them. Safe to use from any thread.</summary>
internal sealed class ConnectionSet
{
    private readonly Lock _lock = new();
    private readonly HashSet<Connection> _connections = [];
    private int _serving;
    private TaskCompletionSource? _empty;

    /// <summary>How many are open or still have requests under way.</summary>
    public int Serving => Volatile.Read(ref _serving);

    /// <summary>Adds a connection; <see cref="Close"/> and <see cref="End"/> follow.</summary>
    public void Add(Connection connection)
    {
        lock (_lock)
        {
            _connections.Add(connection);
            _serving++;
        }
    }

    /// <summary>Tells that a connection is gone.</summary>
    public void Close(Connection connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    /// <summary>Tells that no request of a connection is under way any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (--_serving == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }
    }

    /// <summary>The open connections as they are now.</summary>
    public Connection[] ToArray()
    {
        lock (_lock)
        {
            return [.. _connections];
        }
    }

    /// <summary>Completes when no connection is left and no request under way.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_lock)
        {
            return _serving == 0
                ? Task.CompletedTask
                : (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>The connection used least recently among those that <paramref name="eligible"/> names; null when there is none.</summary>
    public Connection? LeastRecentlyUsed(Func<Connection, bool> eligible)
    {
        lock (_lock)
        {
            return _connections.Where(eligible).MinBy(static c => c.LastActivity);
        }
    }
}
