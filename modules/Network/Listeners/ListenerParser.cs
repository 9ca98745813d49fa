using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Kafka.Modular.Configuration;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Network.Listeners;

/// <summary>Reads <c>listeners</c>, <c>advertised.listeners</c> and <c>listener.security.protocol.map</c> by Kafka's rules.</summary>
public static partial class ListenerParser
{
    /// <summary>The listeners to open.</summary>
    /// <param name="settings">The settings that name them.</param>
    /// <param name="controllerListeners">Names in <c>controller.listener.names</c>: PLAINTEXT unless the protocol map was given.</param>
    /// <exception cref="ListenerException">They contradict each other or cannot be read.</exception>
    public static IReadOnlyList<ListenerEndPoint> Parse(NetworkSettings settings, IReadOnlyList<string> controllerListeners)
    {
        var endPoints = ParseAll("listeners", settings.Listeners, ProtocolMap(settings, controllerListeners));
        if (endPoints.Count == 0)
        {
            throw new ListenerException("listeners is empty: at least one listener is needed");
        }

        RequireDifferentNames("listeners", endPoints);
        RequireDifferentPorts(endPoints);
        return endPoints;
    }

    /// <summary>The addresses that clients are told; without <c>advertised.listeners</c> those of <c>listeners</c> which are not the controllers'.</summary>
    /// <exception cref="ListenerException">They contradict each other or cannot be read.</exception>
    public static IReadOnlyList<ListenerEndPoint> ParseAdvertised(NetworkSettings settings, IReadOnlyList<string> controllerListeners)
    {
        if (settings.AdvertisedListeners is not { Count: > 0 } advertised)
        {
            return [.. Parse(settings, controllerListeners).Where(e => !controllerListeners.Contains(e.Name, StringComparer.OrdinalIgnoreCase))];
        }

        var endPoints = ParseAll("advertised.listeners", advertised, ProtocolMap(settings, controllerListeners));
        RequireDifferentNames("advertised.listeners", endPoints);
        foreach (var endPoint in endPoints)
        {
            if (IPAddress.TryParse(endPoint.Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            {
                throw new ListenerException(
                    $"advertised.listeners cannot use the address {endPoint.Host} of {endPoint}: nobody can connect to it; name a host that clients reach");
            }
        }

        return endPoints;
    }

    private static List<ListenerEndPoint> ParseAll(string key, IReadOnlyList<string> values, Dictionary<string, SecurityProtocol> protocols)
    {
        var endPoints = new List<ListenerEndPoint>();
        foreach (var value in values)
        {
            var match = Form().Match(value.Trim());
            if (!match.Success || !int.TryParse(match.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
            {
                throw new ListenerException($"{key}: '{value}' cannot be read; expected NAME://host:port with a port from 0 to 65535");
            }

            var name = match.Groups["name"].Value.ToUpperInvariant();
            if (!protocols.TryGetValue(name, out var protocol))
            {
                throw new ListenerException($"{key}: listener {name} has no entry in listener.security.protocol.map; add {name}:PLAINTEXT, for example");
            }

            endPoints.Add(new ListenerEndPoint(name, protocol, match.Groups["host"].Value, port));
        }

        return endPoints;
    }

    private static Dictionary<string, SecurityProtocol> ProtocolMap(NetworkSettings settings, IReadOnlyList<string> controllerListeners)
    {
        var protocols = new Dictionary<string, SecurityProtocol>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in settings.ListenerSecurityProtocolMap.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.LastIndexOf(':');
            if (colon <= 0 || !SecurityProtocols.TryParse(entry[(colon + 1)..].Trim(), out var protocol))
            {
                throw new ListenerException(
                    $"listener.security.protocol.map: '{entry}' cannot be read; expected NAME:PROTOCOL with PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL");
            }

            protocols[entry[..colon].Trim()] = protocol;
        }

        if (string.Equals(settings.ListenerSecurityProtocolMap, new NetworkSettings().ListenerSecurityProtocolMap, StringComparison.Ordinal))
        {
            foreach (var name in controllerListeners)
            {
                protocols.TryAdd(name, SecurityProtocol.Plaintext);
            }
        }

        return protocols;
    }

    private static void RequireDifferentNames(string key, List<ListenerEndPoint> endPoints)
    {
        var twice = endPoints.GroupBy(static e => e.Name, StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1);
        if (twice is not null)
        {
            throw new ListenerException($"{key}: {string.Join(" and ", twice)} have the same name; each listener needs a name of its own");
        }
    }

    // One port may be shared by two listeners, if one has an address of IPv4 and the other one of IPv6 (KIP-797).
    private static void RequireDifferentPorts(List<ListenerEndPoint> endPoints)
    {
        foreach (var same in endPoints.Where(static e => e.Port != 0).GroupBy(static e => e.Port).Where(static g => g.Count() > 1))
        {
            var families = same.Select(static e => IPAddress.TryParse(e.Host, out var a) ? a.AddressFamily : AddressFamily.Unspecified).ToList();
            if (families.Count != 2 || !families.Contains(AddressFamily.InterNetwork) || !families.Contains(AddressFamily.InterNetworkV6))
            {
                throw new ListenerException(
                    $"listeners: {string.Join(" and ", same)} have the same port; only an address of IPv4 and one of IPv6 may share it");
            }
        }
    }

    [GeneratedRegex(@"^(?<name>[^:/\s]+)://(?:\[(?<host>[0-9A-Fa-f:.%]+)\]|(?<host>[0-9A-Za-z_.%\-]*)):(?<port>[0-9]{1,5})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
