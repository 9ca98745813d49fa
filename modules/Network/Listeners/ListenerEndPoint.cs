using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Network.Listeners;

/// <summary>A listener as configured or advertised: <c>NAME://host:port</c>.</summary>
/// <param name="Name">Name of the listener, in upper case.</param>
/// <param name="Protocol">How it is protected.</param>
/// <param name="Host">Host name or address without brackets; empty for every interface of both address families.</param>
/// <param name="Port">Port; 0 lets the system choose.</param>
public sealed record ListenerEndPoint(string Name, SecurityProtocol Protocol, string Host, int Port)
{
    /// <summary><c>NAME://host:port</c>, addresses of IPv6 in brackets.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"{Name}://[{Host}]:{Port}" : $"{Name}://{Host}:{Port}";
}
