using System.Net;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>What a listener offers to those who authenticate on it. Any thread; what it says may change from one call to the next.</summary>
public interface ISaslListener
{
    /// <summary>Its name, in upper case.</summary>
    string Name { get; }

    /// <summary>The mechanisms that it offers (<c>sasl.enabled.mechanisms</c>), in that order.</summary>
    IReadOnlyList<string> Mechanisms { get; }

    /// <summary>Begins an exchange, with the mechanism as it is now.</summary>
    /// <param name="mechanism">One of <see cref="Mechanisms"/>.</param>
    /// <param name="address">The client's address.</param>
    /// <returns>Null when the mechanism was taken away meanwhile.</returns>
    ISaslExchange? Begin(string mechanism, IPAddress address);

    /// <summary>After how many milliseconds a client must authenticate again (<c>connections.max.reauth.ms</c>); 0 for never.</summary>
    /// <param name="mechanism">The mechanism.</param>
    long MaximumReauthenticationMs(string mechanism);

    /// <summary>The principal of a name; null when no rule fits.</summary>
    /// <param name="mechanism">The mechanism that found the name.</param>
    /// <param name="name">The name.</param>
    KafkaPrincipal? PrincipalOf(string mechanism, string name);
}
