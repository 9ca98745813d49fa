using Kafka.Modular.Metadata.Features;

namespace Kafka.Modular.Metadata.Records;

/// <summary>How an image is turned into records. Immutable, any thread.</summary>
public sealed class ImageWriterOptions
{
    private readonly Action<string>? _onLoss;

    /// <param name="metadataVersion">Version that the records are written for.</param>
    /// <param name="isEligibleLeaderReplicasEnabled">Whether eligible leader replicas are written (KIP-966).</param>
    /// <param name="onLoss">Called with what the version cannot hold; without it that is an exception.</param>
    public ImageWriterOptions(MetadataVersion metadataVersion, bool isEligibleLeaderReplicasEnabled, Action<string>? onLoss = null)
    {
        MetadataVersion = metadataVersion;
        IsEligibleLeaderReplicasEnabled = isEligibleLeaderReplicasEnabled;
        _onLoss = onLoss;
    }

    /// <summary>Options that lose nothing of <paramref name="image"/>.</summary>
    public ImageWriterOptions(MetadataImage image)
        : this(image.Features.MetadataVersionOrThrow, image.Features.IsEligibleLeaderReplicasEnabled)
    {
    }

    /// <summary>Version that the records are written for.</summary>
    public MetadataVersion MetadataVersion { get; }

    /// <summary>Whether eligible leader replicas are written (KIP-966).</summary>
    public bool IsEligibleLeaderReplicasEnabled { get; }

    /// <summary>Reports what the version cannot hold.</summary>
    /// <exception cref="UnwritableMetadataException">Nobody is there to accept the loss.</exception>
    internal void HandleLoss(string loss)
    {
        if (_onLoss is null)
            throw new UnwritableMetadataException(MetadataVersion, loss);
        _onLoss(loss);
    }
}
