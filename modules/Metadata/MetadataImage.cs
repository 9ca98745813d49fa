using Kafka.Modular.Metadata.Acls;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.ProducerIds;
using Kafka.Modular.Metadata.Quotas;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Scram;
using Kafka.Modular.Metadata.Tokens;
using Kafka.Modular.Metadata.Topics;

namespace Kafka.Modular.Metadata;

/// <summary>The whole metadata of the cluster at one offset of the metadata log. Immutable, any thread; images share what did not change.</summary>
public sealed record MetadataImage
{
    /// <summary>What is known before the first record.</summary>
    public static MetadataImage Empty { get; } = new();

    /// <summary>Up to where in the log the image goes.</summary>
    public MetadataProvenance Provenance { get; init; } = MetadataProvenance.Empty;

    /// <summary>The finalized feature levels.</summary>
    public FeaturesImage Features { get; init; } = FeaturesImage.Empty;

    /// <summary>The registered brokers and controllers.</summary>
    public ClusterImage Cluster { get; init; } = ClusterImage.Empty;

    /// <summary>The topics.</summary>
    public TopicsImage Topics { get; init; } = TopicsImage.Empty;

    /// <summary>The dynamic configuration.</summary>
    public ConfigurationsImage Configs { get; init; } = ConfigurationsImage.Empty;

    /// <summary>The quotas.</summary>
    public ClientQuotasImage ClientQuotas { get; init; } = ClientQuotasImage.Empty;

    /// <summary>The producer ids given out.</summary>
    public ProducerIdsImage ProducerIds { get; init; } = ProducerIdsImage.Empty;

    /// <summary>The ACL bindings.</summary>
    public AclsImage Acls { get; init; } = AclsImage.Empty;

    /// <summary>The SCRAM credentials.</summary>
    public ScramImage Scram { get; init; } = ScramImage.Empty;

    /// <summary>The delegation tokens.</summary>
    public DelegationTokensImage DelegationTokens { get; init; } = DelegationTokensImage.Empty;

    /// <summary>True when no record has left anything.</summary>
    public bool IsEmpty =>
        Features.IsEmpty && Cluster.IsEmpty && Topics.IsEmpty && Configs.IsEmpty && ClientQuotas.IsEmpty
        && ProducerIds.IsEmpty && Acls.IsEmpty && Scram.IsEmpty && DelegationTokens.IsEmpty;

    /// <summary>Writes records that make this image out of the empty one: the contents of a snapshot.</summary>
    /// <exception cref="UnwritableMetadataException">The version asked for cannot hold something, and the options do not accept that.</exception>
    public void Write(IMetadataRecordWriter writer, ImageWriterOptions options)
    {
        Features.Write(writer, options);
        Cluster.Write(writer, options);
        Topics.Write(writer, options);
        Configs.Write(writer);
        ClientQuotas.Write(writer);
        ProducerIds.Write(writer);
        Acls.Write(writer);
        Scram.Write(writer, options);
        DelegationTokens.Write(writer, options);
    }

    /// <summary>Up to where it goes; the contents may be large.</summary>
    public override string ToString() => $"image at offset {Provenance.LastContainedOffset} of epoch {Provenance.LastContainedEpoch}";
}
