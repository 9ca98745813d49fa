using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Threading;

namespace Kafka.Modular.Network.Connections;

/// <summary>What all connections of a server share.</summary>
internal sealed class ConnectionServices
{
    /// <summary>Requests of one connection that may be under way; the receiver waits beyond that.</summary>
    public const int MaximumRequestsInFlight = 128;

    /// <summary>Bytes of replies in memory that a peer has not read yet, beyond which no further request of it is taken.</summary>
    public const long MaximumUnsentBytes = 1024 * 1024;

    public required BufferPool Pool { get; init; }

    public required MemoryBudget Budget { get; init; }

    public required IRequestDispatcher Dispatcher { get; init; }

    public required TimeProvider Time { get; init; }

    public required IEventLoop Timers { get; init; }

    public required ConnectionLog Log { get; init; }

    public required int MaximumFrameSize { get; init; }

    public required TimeSpan MaximumIdle { get; init; }

    /// <summary>Told once when the connection is gone; requests of it may still be under way.</summary>
    public required Action<Connection, CloseReason> OnClosed { get; init; }
}
