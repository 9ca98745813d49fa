namespace Kafka.Modular.Metadata.Loading;

/// <summary>
/// The image that requests are answered from. Installed as the first publisher, it shows each image before anything else acts on it. Reading is for any thread.
/// </summary>
public sealed class MetadataCache : IMetadataPublisher
{
    private volatile MetadataImage _image = MetadataImage.Empty;
    private volatile Tuple<MetadataLeader> _leader = Tuple.Create(new MetadataLeader(null, 0));

    /// <inheritdoc/>
    public string Name => "MetadataCache";

    /// <summary>The newest image; the empty one before the first.</summary>
    public MetadataImage Image => _image;

    /// <summary>The newest leader of the quorum.</summary>
    public MetadataLeader Leader => _leader.Item1;

    /// <inheritdoc/>
    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest) => _image = image;

    /// <inheritdoc/>
    public void OnControllerChange(MetadataLeader leader) => _leader = Tuple.Create(leader);
}
