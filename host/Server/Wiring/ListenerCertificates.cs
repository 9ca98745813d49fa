using Kafka.Modular.Configuration;
using Kafka.Modular.Handlers.Configs;
using Kafka.Modular.Network;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The port of the handlers to the certificates of the listeners.</summary>
internal sealed class ListenerCertificates(SocketServer server) : IListenerCertificates
{
    public string? Objection(string listener, SslSettings settings) => server.CertificateObjection(listener, settings);
}
