namespace Kafka.Modular.Protocol;

/// <summary>Who answers an API.</summary>
[Flags]
public enum ApiListeners
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>Brokers.</summary>
    Broker = 1,

    /// <summary>Controllers.</summary>
    Controller = 2,
}

/// <summary>What is known about an API.</summary>
/// <param name="Key">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Request">Its request.</param>
/// <param name="Response">Its response.</param>
/// <param name="Listeners">Who answers it.</param>
/// <param name="AdvertisedLowest">Lowest version that ApiVersions names; may be below the lowest that is served (Produce, for old librdkafka).</param>
/// <param name="UnstableFrom">First version that is only advertised with <c>unstable.api.versions.enable</c>; <see cref="short.MaxValue"/> for none.</param>
/// <param name="IsForwardable">Brokers forward it to the controller.</param>
/// <param name="IsClusterAction">It needs CLUSTER_ACTION on the cluster.</param>
public sealed record ApiDescriptor(
    ApiKey Key,
    string Name,
    MessageDescriptor Request,
    MessageDescriptor Response,
    ApiListeners Listeners,
    short AdvertisedLowest,
    short UnstableFrom,
    bool IsForwardable,
    bool IsClusterAction)
{
    /// <summary>Lowest version that is served.</summary>
    public short LowestVersion => Request.LowestVersion;

    /// <summary>Highest version that is served.</summary>
    public short HighestVersion => Request.HighestVersion;

    /// <summary>Highest version that ApiVersions names.</summary>
    public short AdvertisedHighest(bool unstableEnabled) =>
        unstableEnabled || UnstableFrom > HighestVersion ? HighestVersion : (short)(UnstableFrom - 1);

    /// <summary>Version of the header before a request of that version.</summary>
    public short RequestHeaderVersion(short version) => Request.IsFlexible(version) ? (short)2 : (short)1;

    /// <summary>
    /// Version of the header before a response of that version. That of ApiVersions is always 0, because its reader does not know yet which
    /// version the server understood (KIP-511).
    /// </summary>
    public short ResponseHeaderVersion(short version) =>
        Key != ApiKey.ApiVersions && Response.IsFlexible(version) ? (short)1 : (short)0;
}
