using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Cluster;

/// <summary>A registered controller (KIP-919). Immutable, any thread.</summary>
public sealed record ControllerRegistration
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>Id of this run of the process.</summary>
    public required Uuid IncarnationId { get; init; }

    /// <summary>Its addresses, one a listener.</summary>
    public required ValueList<RegisteredEndpoint> Endpoints { get; init; }

    /// <summary>Levels it supports of each feature, in the order it named them.</summary>
    public required ValueList<KeyValuePair<string, FeatureRange>> SupportedFeatures { get; init; }

    /// <summary>Left over from a migration from ZooKeeper (KIP-866).</summary>
    public bool IsZkMigrationReady { get; init; }

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

    internal static ControllerRegistration FromRecord(RegisterControllerRecord record) => new()
    {
        Id = record.ControllerId,
        IncarnationId = record.IncarnationId,
        IsZkMigrationReady = record.ZkMigrationReady,
        Endpoints = ValueList.Map(record.EndPoints, static endpoint => new RegisteredEndpoint(
            endpoint.Name, endpoint.Host, endpoint.Port, (SecurityProtocol)endpoint.SecurityProtocol)),
        SupportedFeatures = ValueList.Map(record.Features, static feature => KeyValuePair.Create(
            feature.Name, new FeatureRange(feature.MinSupportedVersion, feature.MaxSupportedVersion))),
    };

    internal MetadataRecord ToRecord(short version) => new(
        new RegisterControllerRecord
        {
            ControllerId = Id,
            IncarnationId = IncarnationId,
            ZkMigrationReady = IsZkMigrationReady,
            EndPoints =
            [
                .. Endpoints.Select(static endpoint => new RegisterControllerRecord.ControllerEndpoint
                {
                    Name = endpoint.Listener,
                    Host = endpoint.Host,
                    Port = (ushort)endpoint.Port,
                    SecurityProtocol = (short)endpoint.SecurityProtocol,
                }),
            ],
            Features =
            [
                .. SupportedFeatures.Select(static feature => new RegisterControllerRecord.ControllerFeature
                {
                    Name = feature.Key,
                    MinSupportedVersion = feature.Value.Min,
                    MaxSupportedVersion = feature.Value.Max,
                }),
            ],
        },
        version);
}
