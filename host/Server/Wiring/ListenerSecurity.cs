using System.Security.Cryptography.X509Certificates;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Network.Tls;
using Kafka.Modular.Security.Principals;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The port of Network to who the owner of a certificate is, and what the TLS of a listener is made of.</summary>
internal sealed class ListenerSecurity : ICertificatePrincipals
{
    private readonly SslPrincipalMapper _mapper;

    private ListenerSecurity(SslPrincipalMapper mapper) => _mapper = mapper;

    /// <summary>The TLS of a listener.</summary>
    /// <exception cref="ListenerException">Its rules for principals cannot be read.</exception>
    public static ListenerTlsParts Of(LiveConfiguration configuration, ListenerEndPoint listener)
    {
        var settings = configuration.Settings<SslSettings>(listener.Name);
        try
        {
            return new ListenerTlsParts
            {
                Settings = settings,
                Principals = new ListenerSecurity(SslPrincipalMapper.Parse(settings.Current.SslPrincipalMappingRules)),
                AsksClients = !listener.Protocol.UsesSasl() || configuration.Node.Given.ContainsKey($"listener.name.{listener.Name.ToLowerInvariant()}.{BrokerKeys.SslClientAuth}"),
            };
        }
        catch (FormatException malformed)
        {
            throw new ListenerException($"Listener {listener} cannot be opened: {BrokerKeys.SslPrincipalMappingRules}: {malformed.Message}", malformed);
        }
    }

    /// <inheritdoc/>
    public KafkaPrincipal? PrincipalOf(X509Certificate2 certificate) =>
        _mapper.Map(DistinguishedName.Format(certificate.SubjectName.RawData)) is { } name ? new KafkaPrincipal(KafkaPrincipal.UserType, name) : null;
}
