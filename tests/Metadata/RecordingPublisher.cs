using Kafka.Modular.Metadata.Loading;

namespace Kafka.Modular.Metadata.Tests;

/// <summary>Writes down what it is told, into a list that several may share.</summary>
internal sealed class RecordingPublisher(string name, List<string>? journal = null) : IMetadataPublisher
{
    public string Name => name;

    public List<string> Journal { get; } = journal ?? [];

    public List<(MetadataDelta Delta, MetadataImage Image, LoaderManifest Manifest)> Updates { get; } = [];

    public Exception? Failure { get; set; }

    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        Journal.Add($"{name} {manifest.Kind} {manifest.Provenance.LastContainedOffset}");
        Updates.Add((delta, image, manifest));
        if (Failure is not null)
            throw Failure;
    }

    public void OnControllerChange(MetadataLeader leader) => Journal.Add($"{name} leader {leader.LeaderId}");

    public void Close() => Journal.Add($"{name} closed");
}
