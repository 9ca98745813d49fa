namespace Kafka.Modular.Metadata.Loading;

/// <summary>
/// Puts new metadata into effect. All members are called on the metadata loop, publishers one after the other in the order in which they were installed.
/// They must not block: what takes time is handed on. An exception is a fault that names the publisher; the others go on.
/// </summary>
public interface IMetadataPublisher
{
    /// <summary>Unique among the publishers; for logs.</summary>
    string Name { get; }

    /// <summary>
    /// New metadata. The first call after the installation gives everything as one delta on the empty image.
    /// </summary>
    /// <param name="delta">What changed against the image of the call before; not to be kept.</param>
    /// <param name="image">The new image.</param>
    /// <param name="manifest">Where it comes from.</param>
    void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest);

    /// <summary>Another leader of the quorum, or none.</summary>
    void OnControllerChange(MetadataLeader leader)
    {
    }

    /// <summary>The last call: the publisher was removed, or the loader stops.</summary>
    void Close()
    {
    }
}
