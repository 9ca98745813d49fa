using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Security;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Server.Wiring;

namespace Kafka.Modular.Server;

/// <summary>Authentication on the SASL listeners of a node.</summary>
internal sealed class BrokerAuthentication
{
    private const int SecretBytes = 64;

    private readonly LiveConfiguration _configuration;
    private readonly AuthenticationGenerations _generations;

    private BrokerAuthentication(BrokerParts parts, LiveConfiguration configuration, AuthenticationGenerations generations)
    {
        _configuration = configuration;
        _generations = generations;
        var secret = new byte[SecretBytes];
        parts.Random.NextBytes(secret);
        Sasl = new SaslAuthentication(
            parts.Configuration.Listeners.All.Where(static each => each.Protocol.UsesSasl()).Select(static each => (each.Name, each.Protocol.UsesTls())),
            new SaslAuthenticationParts
            {
                Settings = (listener, mechanism) => configuration.Settings<SaslSettings>(listener, mechanism).Current,
                Generations = generations,
                Credentials = [Scram],
                ServerSecret = secret,
                Time = parts.Time,
                Logger = parts.Loggers.CreateLogger("org.apache.kafka.common.network.Selector"),
            });
    }

    /// <summary>The SCRAM credentials of the metadata.</summary>
    public MetadataScramCredentials Scram { get; } = new();

    /// <summary>Decides who is who.</summary>
    public SaslAuthentication Sasl { get; }

    /// <summary>Makes the authentication of a node; null where no listener uses SASL.</summary>
    /// <exception cref="BrokerStartException">A listener's settings cannot be used.</exception>
    public static BrokerAuthentication? Create(BrokerParts parts, LiveConfiguration configuration)
    {
        if (parts.Configuration.Listeners.All.FirstOrDefault(static each => each.Protocol.UsesSasl()) is not { } listener)
            return null;
        if (parts.Authentication is null)
            throw new BrokerStartException($"Listener {listener.Name} uses SASL, and no mechanism is loaded; name some in plugins.sasl");
        var authentication = new BrokerAuthentication(parts, configuration, parts.Authentication);
        return authentication.Sasl.Problems().FirstOrDefault() is { } problem ? throw new BrokerStartException(problem) : authentication;
    }

    /// <summary>New exchanges take this generation from now on.</summary>
    public void Replace(AuthenticationGeneration next) => _generations.Replace(next);

    /// <summary>Gives the credentials of the metadata.</summary>
    public ScramPublisher Publisher() => new(Scram);

    /// <summary>Puts the gate before the handlers.</summary>
    public AuthenticationGate Guard(RequestDispatcher requests, HandlerCatalog catalog, HandlerServices services)
        => new(
            new AuthenticationGateServices(
                services, catalog, Sasl, () => TimeSpan.FromMilliseconds(_configuration.Settings<NetworkSettings>().Current.ConnectionFailedAuthenticationDelayMs)),
            requests);
}
