using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kafka.Modular.Configuration;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Listeners;

namespace Kafka.Modular.Network.Limits;

/// <summary>How many connections are accepted, as in force at one moment.</summary>
internal sealed record ConnectionLimits
{
    /// <summary><c>max.connections</c> of the broker.</summary>
    public int Maximum { get; init; } = int.MaxValue;

    /// <summary><c>max.connection.creation.rate</c> of the broker, connections a second.</summary>
    public int Rate { get; init; } = int.MaxValue;

    /// <summary><c>max.connections.per.ip</c>.</summary>
    public int MaximumPerAddress { get; init; } = int.MaxValue;

    /// <summary><c>max.connections.per.ip.overrides</c>, its host names resolved.</summary>
    public IReadOnlyDictionary<IPAddress, int> MaximumOfAddress { get; init; } = new Dictionary<IPAddress, int>();

    /// <summary><c>listener.name.….max.connections</c> by listener; one that is missing has no limit of its own.</summary>
    public IReadOnlyDictionary<string, int> MaximumOfListener { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary><c>listener.name.….max.connection.creation.rate</c> by listener; one that is missing has no limit of its own.</summary>
    public IReadOnlyDictionary<string, int> RateOfListener { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Reads the limits from settings.</summary>
    /// <param name="settings">The broker's settings.</param>
    /// <param name="listenerSettings">The settings of each listener, its own prefix considered.</param>
    /// <param name="network">Resolves the host names of the overrides.</param>
    /// <param name="cancellationToken">Ends the resolution.</param>
    /// <exception cref="ListenerException">An override cannot be read, or its host is not known.</exception>
    public static async Task<ConnectionLimits> ReadAsync(
        NetworkSettings settings,
        IReadOnlyDictionary<string, NetworkSettings> listenerSettings,
        INetwork network,
        CancellationToken cancellationToken) => new()
        {
            Maximum = settings.MaxConnections,
            Rate = settings.MaxConnectionCreationRate,
            MaximumPerAddress = settings.MaxConnectionsPerIp,
            MaximumOfAddress = await ReadOverridesAsync(settings.MaxConnectionsPerIpOverrides, network, cancellationToken),
            MaximumOfListener = listenerSettings.ToDictionary(static p => p.Key, static p => p.Value.MaxConnections, StringComparer.Ordinal),
            RateOfListener = listenerSettings.ToDictionary(static p => p.Key, static p => p.Value.MaxConnectionCreationRate, StringComparer.Ordinal),
        };

    private static async Task<IReadOnlyDictionary<IPAddress, int>> ReadOverridesAsync(
        string overrides, INetwork network, CancellationToken cancellationToken)
    {
        var limits = new Dictionary<IPAddress, int>();
        foreach (var entry in overrides.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = entry.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            {
                throw new ListenerException($"max.connections.per.ip.overrides: '{entry}' cannot be read; expected host:count");
            }

            var host = entry[..colon].Trim('[', ']', ' ');
            try
            {
                foreach (var address in await network.ResolveAsync(host, cancellationToken))
                {
                    limits[address] = limit;
                }
            }
            catch (SocketException unknown)
            {
                throw new ListenerException($"max.connections.per.ip.overrides: the host {host} is not known ({unknown.Message})", unknown);
            }
        }

        return limits;
    }
}
