using System.Net;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Server;

/// <summary>Where this node can be reached, once it is known which ports it has.</summary>
internal sealed class NodeEndpoints(ListenerLayout layout, IReadOnlyList<BoundListener> bound)
{
    /// <summary>What clients and brokers are told.</summary>
    public IReadOnlyList<RegisteredEndpoint> Broker => [.. layout.AdvertisedToBrokersAndClients.Select(Register)];

    /// <summary>What the quorum's voters are told.</summary>
    public RaftEndpoints Controller => new(layout.AdvertisedByController.Select(listener =>
        KeyValuePair.Create(listener.Name, new RaftEndpoint(HostOf(listener), PortOf(listener)))));

    private RegisteredEndpoint Register(ListenerEndPoint listener) => new(
        listener.Name, HostOf(listener), PortOf(listener), (Metadata.Cluster.SecurityProtocol)(short)listener.Protocol);

    private static string HostOf(ListenerEndPoint listener) => listener.Host ?? Dns.GetHostName();

    private int PortOf(ListenerEndPoint listener) => listener.Port != 0
        ? listener.Port
        : bound.FirstOrDefault(each => string.Equals(each.EndPoint.Name, listener.Name, StringComparison.Ordinal))?.EndPoint.Port ?? 0;
}
