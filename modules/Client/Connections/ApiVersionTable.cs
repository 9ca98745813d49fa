using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Connections;

/// <summary>Which requests in which versions a peer takes (KIP-35), and its features (KIP-584). Immutable.</summary>
public sealed class ApiVersionTable
{
    private readonly Dictionary<short, (short Lowest, short Highest)> _ranges = [];

    /// <summary>Takes what a peer answered.</summary>
    public ApiVersionTable(ApiVersionsResponse response)
    {
        Response = response;
        foreach (var api in response.ApiKeys)
        {
            _ranges[api.ApiKey] = (api.MinVersion, api.MaxVersion);
        }
    }

    /// <summary>What the peer answered, features included.</summary>
    public ApiVersionsResponse Response { get; }

    /// <summary>What the peer says about an API, whether or not this client knows it; null when it does not take it.</summary>
    public (short Lowest, short Highest)? Range(short key) => _ranges.TryGetValue(key, out var range) ? range : null;

    /// <summary>The newest version that both sides know.</summary>
    /// <param name="key">The API.</param>
    /// <param name="highest">Newest version that the caller wants.</param>
    /// <exception cref="UnsupportedVersionException">There is none.</exception>
    public short Choose(ApiKey key, short highest = short.MaxValue)
    {
        var api = MessageCatalog.Api(key);
        if (!_ranges.TryGetValue((short)key, out var range))
        {
            throw new UnsupportedVersionException($"The node does not support {api.Name}");
        }

        // A version that the peer advertises is stable for it, so it may be one that is unstable here.
        var version = Math.Min(Math.Min(api.HighestVersion, range.Highest), highest);
        return version >= Math.Max(api.LowestVersion, range.Lowest)
            ? version
            : throw new UnsupportedVersionException(
                $"The node supports {api.Name} versions {range.Lowest} to {range.Highest}, this client {api.LowestVersion} to {Math.Min(api.HighestVersion, highest)}");
    }

    /// <summary>Whether both sides know a common version.</summary>
    public bool Supports(ApiKey key, short lowest = 0) =>
        _ranges.TryGetValue((short)key, out var range) && range.Lowest <= MessageCatalog.Api(key).HighestVersion
        && range.Highest >= Math.Max(lowest, MessageCatalog.Api(key).LowestVersion);
}
