using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Metrics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>What a handler knows of a request beside its body.</summary>
/// <param name="Connection">Where it came from.</param>
/// <param name="ApiKey">Which API.</param>
/// <param name="ApiVersion">The version that body and reply have.</param>
/// <param name="CorrelationId">The number that the reply repeats.</param>
/// <param name="ClientId">The client id of the header, empty when it has none.</param>
/// <param name="Cancellation">Cancelled when the connection is gone.</param>
public sealed record RequestContext(
    ConnectionContext Connection,
    ApiKey ApiKey,
    short ApiVersion,
    int CorrelationId,
    string ClientId,
    CancellationToken Cancellation)
{
    /// <summary>Where the request is counted; a handler may name a kind of its API's requests (FetchConsumer).</summary>
    public RequestMetrics? Metrics { get; set; }

    /// <summary>Size of the request in bytes.</summary>
    public int RequestBytes { get; init; }

    /// <summary>Who sends it, as an authorizer sees it.</summary>
    public ClientIdentity Identity => Connection.Identity;

    /// <summary>Who sends it.</summary>
    public KafkaPrincipal Principal => Connection.Principal;

    /// <summary>The client's address as Kafka shows it: with a leading slash.</summary>
    public string ClientHost => $"/{Connection.Remote.Address}";
}
