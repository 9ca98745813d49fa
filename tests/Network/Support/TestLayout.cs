using System.Globalization;
using Kafka.Modular.Configuration.Listeners;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>Listeners without a configuration: those whose name is a security protocol have that, the others are PLAINTEXT.</summary>
internal static class TestLayout
{
    public static ListenerLayout Of(params IReadOnlyList<string> listeners)
    {
        var all = listeners.Select(Parse).ToList();
        return new ListenerLayout
        {
            All = all,
            ControllerListenerNames = ["CONTROLLER"],
            SecurityProtocols = all.ToDictionary(static l => l.Name, static l => l.Protocol),
            AdvertisedToBrokersAndClients = all,
            AdvertisedByController = [],
            InterBrokerListenerName = "BROKERS",
            InterBrokerProtocol = SecurityProtocol.Plaintext,
            EarlyStart = [],
        };
    }

    private static ListenerEndPoint Parse(string listener)
    {
        var slashes = listener.IndexOf("://", StringComparison.Ordinal);
        var colon = listener.LastIndexOf(':');
        var name = listener[..slashes];
        var host = listener[(slashes + 3)..colon].Trim('[', ']');
        return new ListenerEndPoint(
            name,
            SecurityProtocols.Find(name) ?? SecurityProtocol.Plaintext,
            host.Length == 0 ? null : host,
            int.Parse(listener.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }
}
