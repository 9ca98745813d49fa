using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Security;

/// <summary>What this module logs; event ids 9700 to 9799. Nothing secret goes in.</summary>
internal static partial class SecurityEvents
{
    [LoggerMessage(9700, LogLevel.Information, "Failed {What} with {Peer} (connection {Connection}, listener {Listener}, mechanism {Mechanism}): {Cause}.{Hint}{LeftOut}")]
    public static partial void AuthenticationFailed(
        this ILogger logger, string what, string peer, string connection, string listener, string mechanism, string cause, string hint, string leftOut);

    [LoggerMessage(9701, LogLevel.Debug, "Successfully {What} {Connection} on listener {Listener} as {Principal} with {Mechanism}.")]
    public static partial void Authenticated(this ILogger logger, string what, string connection, string listener, KafkaPrincipal principal, string mechanism);

    [LoggerMessage(9702, LogLevel.Information, "Closing connection {Connection} on listener {Listener}, authenticated with {Mechanism}: its session is over its lifetime, {Reason}.{LeftOut}")]
    public static partial void SessionExpired(this ILogger logger, string connection, string listener, string mechanism, string reason, string leftOut);
}
