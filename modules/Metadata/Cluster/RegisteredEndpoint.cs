namespace Kafka.Modular.Metadata.Cluster;

/// <summary>An address at which a registered node is reached.</summary>
/// <param name="Listener">Name of the listener.</param>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">Port.</param>
/// <param name="SecurityProtocol">How connections are secured.</param>
public sealed record RegisteredEndpoint(string Listener, string Host, int Port, SecurityProtocol SecurityProtocol);
