using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Kafka.Modular.Configuration.Listeners;

/// <summary>Which listeners may share a port: none, but for two of which one has an IPv4 and the other an IPv6 address (KIP-797).</summary>
internal static class ListenerPorts
{
    /// <summary>Reports each port that is used against that rule. Port 0 is never shared.</summary>
    public static void Check(IReadOnlyList<ListenerEndPoint> listeners, Action<string> report)
    {
        foreach (var group in listeners.Where(listener => listener.Port != 0).GroupBy(listener => listener.Port))
        {
            var shared = group.ToList();
            if (shared.Count == 1 || shared is [var first, var second] && Family(first) is { } one && Family(second) is { } other && one != other)
            {
                continue;
            }

            report(string.Create(
                CultureInfo.InvariantCulture,
                $"port {group.Key} is used by {string.Join(" and ", shared.Select(listener => listener.Name))}; only an IPv4 and an IPv6 address may share a port"));
        }
    }

    private static AddressFamily? Family(ListenerEndPoint listener) =>
        listener.Host is not null && IPAddress.TryParse(listener.Host, out var address) ? address.AddressFamily : null;
}
