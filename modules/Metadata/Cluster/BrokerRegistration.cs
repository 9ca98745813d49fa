using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Cluster;

/// <summary>A registered broker (KIP-631). Immutable, any thread.</summary>
public sealed record BrokerRegistration
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>Offset of the registration record; fences what an earlier incarnation sends.</summary>
    public required long Epoch { get; init; }

    /// <summary>Id of this run of the process.</summary>
    public required Uuid IncarnationId { get; init; }

    /// <summary>Its addresses, one a listener.</summary>
    public required ValueList<RegisteredEndpoint> Endpoints { get; init; }

    /// <summary>Levels it supports of each feature, in the order it named them.</summary>
    public required ValueList<KeyValuePair<string, FeatureRange>> SupportedFeatures { get; init; }

    /// <summary>Its rack, or null.</summary>
    public string? Rack { get; init; }

    /// <summary>True until it has caught up, and while it does not answer: it leads nothing then.</summary>
    public required bool IsFenced { get; init; }

    /// <summary>Whether it asked to shut down (KIP-841).</summary>
    public bool IsInControlledShutdown { get; init; }

    /// <summary>Left over from a migration from ZooKeeper (KIP-866).</summary>
    public bool IsMigratingZkBroker { get; init; }

    /// <summary>Ids of its log directories that are online (KIP-858); empty when it has none.</summary>
    public ValueList<Uuid> Directories { get; init; }

    /// <summary>Its address on a listener, or null.</summary>
    public RegisteredEndpoint? Endpoint(string listener)
    {
        foreach (var endpoint in Endpoints)
        {
            if (endpoint.Listener == listener)
                return endpoint;
        }

        return null;
    }

    /// <summary>The levels that it supports of a feature; one that it did not name is at level 0 alone.</summary>
    public FeatureRange SupportedFeature(string name)
    {
        foreach (var (feature, range) in SupportedFeatures)
        {
            if (feature == name)
                return range;
        }

        return default;
    }

    /// <summary>Whether <paramref name="directory"/> works, as far as is known (KIP-858).</summary>
    public bool HasOnlineDirectory(Uuid directory) => DirectoryIds.IsOnline(directory, Directories.AsSpan());

    internal static BrokerRegistration FromRecord(RegisterBrokerRecord record) => new()
    {
        Id = record.BrokerId,
        Epoch = record.BrokerEpoch,
        IncarnationId = record.IncarnationId,
        Endpoints = ValueList.Map(record.EndPoints, static endpoint => new RegisteredEndpoint(
            endpoint.Name, endpoint.Host, endpoint.Port, (SecurityProtocol)endpoint.SecurityProtocol)),
        SupportedFeatures = ValueList.Map(record.Features, static feature => KeyValuePair.Create(
            feature.Name, new FeatureRange(feature.MinSupportedVersion, feature.MaxSupportedVersion))),
        Rack = record.Rack,
        IsFenced = record.Fenced,
        IsInControlledShutdown = record.InControlledShutdown,
        IsMigratingZkBroker = record.IsMigratingZkBroker,
        Directories = ValueList.From(record.LogDirs),
    };

    internal MetadataRecord ToRecord(ImageWriterOptions options)
    {
        var record = new RegisterBrokerRecord
        {
            BrokerId = (BrokerId)Id,
            BrokerEpoch = Epoch,
            IncarnationId = IncarnationId,
            Rack = Rack,
            Fenced = IsFenced,
            InControlledShutdown = IsInControlledShutdown,
            EndPoints =
            [
                .. Endpoints.Select(static endpoint => new RegisterBrokerRecord.BrokerEndpoint
                {
                    Name = endpoint.Listener,
                    Host = endpoint.Host,
                    Port = (ushort)endpoint.Port,
                    SecurityProtocol = (short)endpoint.SecurityProtocol,
                }),
            ],
            Features =
            [
                .. SupportedFeatures.Select(static feature => new RegisterBrokerRecord.BrokerFeature
                {
                    Name = feature.Key,
                    MinSupportedVersion = feature.Value.Min,
                    MaxSupportedVersion = feature.Value.Max,
                }),
            ],
        };
        if (options.MetadataVersion.IsMigrationSupported)
            record.IsMigratingZkBroker = IsMigratingZkBroker;
        else if (IsMigratingZkBroker)
            options.HandleLoss("that a broker migrates from ZooKeeper");
        if (options.MetadataVersion.IsDirectoryAssignmentSupported)
            record.LogDirs = [.. Directories.AsSpan()];
        else if (!Directories.IsEmpty)
            options.HandleLoss("the online log directories of a broker");
        return new MetadataRecord(record, options.MetadataVersion.RegisterBrokerRecordVersion);
    }
}
