using Kafka.Modular.Core.Limits;
using Kafka.Modular.Network.Tls;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Connections;

/// <summary>Writes the lines about connections, those that peers can provoke at a rate that is bounded for each address and in all.</summary>
internal sealed class ConnectionLog(ILogger logger, TimeProvider time)
{
    private const int Burst = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly PeerLogRateLimit _malformed = new(time, Burst, Interval);
    private readonly PeerLogRateLimit _unauthenticated = new(time, Burst, Interval);
    private readonly PeerLogRateLimit _truncated = new(time, Burst, Interval);
    private readonly PeerLogRateLimit _handshakes = new(time, Burst, Interval);
    private readonly LogRateLimit _faults = new(time, Burst, Interval);

    public void Opened(ConnectionContext connection) => logger.ConnectionOpened(connection);

    public void Closed(ConnectionContext connection, CloseReason reason)
    {
        if (reason == CloseReason.Idle)
        {
            logger.ConnectionIdle(connection, connection.Listener.Name);
        }
        else if (reason == CloseReason.NotAuthenticated)
        {
            if (_unauthenticated.TryAcquire(connection.Remote.Address, out var suppressed))
                logger.ConnectionNotAuthenticated(connection.Id, connection.Listener.Name, LogRateLimit.LeftOut(suppressed));
        }
        else
        {
            logger.ConnectionClosed(connection, reason);
        }
    }

    public void Malformed(ConnectionContext connection, int size, int maximum)
    {
        if (_malformed.TryAcquire(connection.Remote.Address, out var suppressed))
        {
            logger.MalformedFrame(connection.Id, connection.Listener.Name, size, maximum, KeyOf(connection, maximum), FrameHint.For(size, connection.Protocol), LogRateLimit.LeftOut(suppressed));
        }
    }

    public void Truncated(ConnectionContext connection)
    {
        if (logger.IsEnabled(LogLevel.Debug) && _truncated.TryAcquire(connection.Remote.Address, out var suppressed))
        {
            logger.TruncatedFrame(connection.Id, LogRateLimit.LeftOut(suppressed));
        }
    }

    public void HandshakeFailed(ConnectionContext connection, in HandshakeFailure failure)
    {
        if (_handshakes.TryAcquire(connection.Remote.Address, out var suppressed))
        {
            logger.HandshakeFailed(connection.Remote.ToString(), connection.Listener.Name, failure.Cause, failure.Hint, LogRateLimit.LeftOut(suppressed));
        }
    }

    public void Fault(ConnectionContext connection, Exception fault)
    {
        if (_faults.TryAcquire(out var suppressed))
        {
            logger.ConnectionFault(fault, connection.Id, connection.Listener.Name, LogRateLimit.LeftOut(suppressed));
        }
    }

    private static string KeyOf(ConnectionContext connection, int maximum) => connection.FrameLimit == maximum ? "sasl.server.max.receive.size" : "socket.request.max.bytes";
}
