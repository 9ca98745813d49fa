namespace Kafka.Modular.Configuration.Listeners;

/// <summary>The listeners of a node: where it accepts connections, what it advertises, which one is for whom.</summary>
public sealed record ListenerLayout
{
    /// <summary>Every address the node accepts connections on.</summary>
    public required IReadOnlyList<ListenerEndPoint> All { get; init; }

    /// <summary>Names in <c>controller.listener.names</c>, in upper case. They need not be among this node's listeners.</summary>
    public required IReadOnlyList<string> ControllerListenerNames { get; init; }

    /// <summary>Security protocol of each listener name.</summary>
    public required IReadOnlyDictionary<string, SecurityProtocol> SecurityProtocols { get; init; }

    /// <summary>
    /// Addresses that clients and brokers are told. Where they are those of <c>listeners</c>, a port 0 stands for the port that was bound
    /// and an absent host for this machine's name.
    /// </summary>
    public required IReadOnlyList<ListenerEndPoint> AdvertisedToBrokersAndClients { get; init; }

    /// <summary>Addresses under which the controller registers, in the order of <c>controller.listener.names</c>.</summary>
    public required IReadOnlyList<ListenerEndPoint> AdvertisedByController { get; init; }

    /// <summary>Name of the listener that brokers use among themselves, in upper case.</summary>
    public required string InterBrokerListenerName { get; init; }

    /// <summary>Security protocol that brokers use among themselves.</summary>
    public required SecurityProtocol InterBrokerProtocol { get; init; }

    /// <summary>Names of the listeners that open before start-up has finished.</summary>
    public required IReadOnlyList<string> EarlyStart { get; init; }

    /// <summary>Listeners for clients and brokers.</summary>
    public IEnumerable<ListenerEndPoint> Broker => All.Where(listener => !ControllerListenerNames.Contains(listener.Name));

    /// <summary>Listeners of the controller.</summary>
    public IEnumerable<ListenerEndPoint> Controller => All.Where(listener => ControllerListenerNames.Contains(listener.Name));
}
