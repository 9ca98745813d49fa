using Kafka.Modular.Network.Connections;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network;

/// <summary>The log lines of this module, event ids 2000 to 2999.</summary>
internal static partial class NetworkEvents
{
    /// <summary>Kafka's logger name for the server of connections.</summary>
    public const string SocketServerCategory = "kafka.network.SocketServer";

    /// <summary>Kafka's logger name for what accepts connections.</summary>
    public const string AcceptorCategory = "kafka.network.DataPlaneAcceptor";

    /// <summary>Kafka's logger name for what serves connections.</summary>
    public const string ProcessorCategory = "kafka.network.Processor";

    [LoggerMessage(2000, LogLevel.Information, "Awaiting socket connections on {Addresses} for listener {Listener} ({Protocol}).")]
    public static partial void Listening(this ILogger logger, string addresses, string listener, string protocol);

    [LoggerMessage(2001, LogLevel.Information, "No more connections are accepted; {Connections} are open.")]
    public static partial void StoppedAccepting(this ILogger logger, int connections);

    [LoggerMessage(2002, LogLevel.Information, "All connections were answered and closed.")]
    public static partial void Drained(this ILogger logger);

    [LoggerMessage(2003, LogLevel.Warning, "{Connections} connections were closed with requests under way, because the time to stop was over.")]
    public static partial void DrainTimedOut(this ILogger logger, int connections);

    [LoggerMessage(2004, LogLevel.Error, "An observer of connections failed on {Connection}.")]
    public static partial void ObserverFailed(this ILogger logger, Exception fault, string connection);

    [LoggerMessage(2005, LogLevel.Error, "The limits of connections could not be changed; those before stay in force.")]
    public static partial void LimitsNotChanged(this ILogger logger, Exception fault);

    [LoggerMessage(2006, LogLevel.Information, "No more requests are taken; those under way on {Connections} connections are answered.")]
    public static partial void Draining(this ILogger logger, int connections);

    [LoggerMessage(2010, LogLevel.Information, "Rejected connection from {Address} on listener {Listener}, address already has the configured maximum of {Maximum} connections (max.connections.per.ip).{LeftOut}")]
    public static partial void TooManyFromAddress(this ILogger logger, string address, string listener, int maximum, string leftOut);

    [LoggerMessage(2011, LogLevel.Error, "Listener {Listener} could not accept a connection and tries again: {Reason}.{LeftOut}")]
    public static partial void AcceptFailed(this ILogger logger, string listener, string reason, string leftOut);

    [LoggerMessage(2020, LogLevel.Debug, "Connection {Connection} was opened.")]
    public static partial void ConnectionOpened(this ILogger logger, ConnectionContext connection);

    [LoggerMessage(2021, LogLevel.Debug, "Connection {Connection} was closed ({Reason}).")]
    public static partial void ConnectionClosed(this ILogger logger, ConnectionContext connection, CloseReason reason);

    [LoggerMessage(2022, LogLevel.Debug, "Connection {Connection} on listener {Listener} was closed, because nothing moved on it for connections.max.idle.ms.")]
    public static partial void ConnectionIdle(this ILogger logger, ConnectionContext connection, string listener);

    [LoggerMessage(2023, LogLevel.Warning, "Connection {Connection} on listener {Listener} was closed: it announced a request of {Size} bytes, and 0 to {Maximum} are allowed ({Key}).{Hint}{LeftOut}")]
    public static partial void MalformedFrame(this ILogger logger, string connection, string listener, int size, int maximum, string key, string hint, string leftOut);

    [LoggerMessage(2024, LogLevel.Debug, "Connection {Connection} ended in the middle of a request.{LeftOut}")]
    public static partial void TruncatedFrame(this ILogger logger, string connection, string leftOut);

    [LoggerMessage(2026, LogLevel.Information, "Connection {Connection} on listener {Listener} was closed: it was not authenticated within a minute.{LeftOut}")]
    public static partial void ConnectionNotAuthenticated(this ILogger logger, string connection, string listener, string leftOut);

    [LoggerMessage(2025, LogLevel.Error, "Connection {Connection} on listener {Listener} was closed because of an unexpected error.{LeftOut}")]
    public static partial void ConnectionFault(this ILogger logger, Exception fault, string connection, string listener, string leftOut);

    [LoggerMessage(2030, LogLevel.Warning, "Failed authentication with {Peer} on listener {Listener} (SSL handshake failed): {Cause}.{Hint}{LeftOut}")]
    public static partial void HandshakeFailed(this ILogger logger, string peer, string listener, string cause, string hint, string leftOut);

    [LoggerMessage(2031, LogLevel.Information, "Listener {Listener} uses the certificate of {Subject}, whose chain expires at {Expires:u}; its trust store holds {Trusted} certificates.")]
    public static partial void CertificatesLoaded(this ILogger logger, string listener, string subject, DateTime expires, int trusted);

    [LoggerMessage(2032, LogLevel.Warning, "Listener {Listener}: the certificate of {Subject} expires at {Expires:u}. Replace the key store; the new one is taken without a restart.")]
    public static partial void CertificateExpiresSoon(this ILogger logger, string listener, string subject, DateTime expires);

    [LoggerMessage(2033, LogLevel.Error, "Listener {Listener} keeps the certificates it has, the new ones cannot be used: {Reason}")]
    public static partial void CertificatesNotReplaced(this ILogger logger, string listener, string reason);

    [LoggerMessage(2034, LogLevel.Warning, "Brokers use listener {Listener} among themselves, and with its own trust store they would not trust its certificate: {Reason}. Other nodes could not connect to it.")]
    public static partial void WouldNotTrustItself(this ILogger logger, string listener, string reason);

    [LoggerMessage(2035, LogLevel.Error, "Looking after the certificates of the listeners failed.")]
    public static partial void CertificatesNotLookedAt(this ILogger logger, Exception fault);
}
