using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Security.Authentication;

namespace Kafka.Modular.Handlers.Security;

/// <summary>What an <see cref="AuthenticationGate"/> is made of.</summary>
/// <param name="Handlers">What every handler needs.</param>
/// <param name="Catalog">The handlers, for requests that are refused.</param>
/// <param name="Authentication">Decides.</param>
/// <param name="FailureDelay">By how much the end of a failed authentication is delayed now (<c>connection.failed.authentication.delay.ms</c>).</param>
public sealed record AuthenticationGateServices(
    HandlerServices Handlers, HandlerCatalog Catalog, SaslAuthentication Authentication, Func<TimeSpan> FailureDelay);
