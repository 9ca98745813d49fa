using System.Globalization;

namespace Kafka.Modular.Client.Settings;

/// <summary>Where a node listens.</summary>
/// <param name="Host">Host name or address, without brackets.</param>
/// <param name="Port">TCP port.</param>
public readonly record struct BrokerAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c> or <c>[ipv6]:port</c>, with or without a protocol in front, as Kafka's clients take it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out BrokerAddress address)
    {
        address = default;
        var protocol = text.IndexOf("://");
        if (protocol >= 0)
        {
            text = text[(protocol + 3)..];
        }

        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            return false;
        }

        var host = text[..colon];
        if (host is ['[', .. var inner, ']'])
        {
            host = inner;
        }

        address = new BrokerAddress(host.ToString(), port);
        return host.Length > 0 && !host.ContainsAny(" []");
    }

    /// <summary>Reads a list as <c>bootstrap.servers</c> has it.</summary>
    /// <exception cref="ClientConfigurationException">One of them is not an address, or there is none.</exception>
    public static IReadOnlyList<BrokerAddress> ParseList(IEnumerable<string> items, string key)
    {
        var addresses = new List<BrokerAddress>();
        foreach (var item in items)
        {
            addresses.Add(TryParse(item, out var address)
                ? address
                : throw new ClientConfigurationException($"Invalid url in {key}: {item}"));
        }

        return addresses.Count > 0 ? addresses : throw new ClientConfigurationException($"No resolvable bootstrap urls given in {key}");
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        return Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{port}" : $"{Host}:{port}";
    }
}
