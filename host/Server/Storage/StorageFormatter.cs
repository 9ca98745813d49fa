using System.Globalization;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.LogStorage;
using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.Metadata.Bootstrap;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Voters;
using Kafka.Modular.Server.Wiring;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Server.Storage;

/// <summary>
/// Formats log directories as <c>kafka-storage format</c> does: <c>meta.properties</c> (last, for it says that the rest is there), <c>bootstrap.checkpoint</c>, and
/// for a quorum that begins with named voters the snapshot 0-0 that holds them (KIP-853).
/// </summary>
public sealed class StorageFormatter(ILogStore store, TimeProvider time, RandomSource random)
{
    /// <summary>The name of the file with the first metadata records.</summary>
    public const string BootstrapFile = "bootstrap.checkpoint";

    private const short FirstDynamicKRaftVersion = 1;

    /// <summary>Which of the directories are formatted already, and for which cluster and node.</summary>
    /// <exception cref="IOException">A directory cannot be read or is in use.</exception>
    public IReadOnlyDictionary<string, MetaProperties> FindFormatted(IEnumerable<string> directories)
    {
        var found = new Dictionary<string, MetaProperties>(StringComparer.Ordinal);
        foreach (var path in directories)
        {
            using var directory = store.OpenDirectory(path);
            if (MetaProperties.Read(directory.Blobs) is { } properties)
                found[path] = properties;
        }

        return found;
    }

    /// <summary>Formats directories.</summary>
    /// <param name="directories">Those that are not formatted.</param>
    /// <param name="metadataDirectory">The one that holds the quorum's log.</param>
    /// <param name="format">What to write.</param>
    /// <exception cref="IOException">A directory cannot be written or is in use.</exception>
    public void Format(IEnumerable<string> directories, string metadataDirectory, StorageFormat format)
    {
        var bootstrap = Bootstrap(format).ToFile(time.GetUtcNow());
        foreach (var path in directories)
        {
            using var directory = store.OpenDirectory(path);
            var isMetadata = string.Equals(path, metadataDirectory, StringComparison.Ordinal);
            var id = isMetadata && format.InitialVoters?.Find(format.NodeId) is { } own ? own.Key.DirectoryId : DirectoryIds.CreateRandom(random);
            directory.Blobs.Put(BootstrapFile, bootstrap, durable: true);
            if (isMetadata && VotersOf(format, id) is { } voters)
                WriteVoters(directory, voters);
            new MetaProperties(format.ClusterId, format.NodeId, id).Write(directory.Blobs);
            directory.Flush();
        }
    }

    /// <summary>The records that an empty metadata log begins with.</summary>
    internal static BootstrapMetadata ReadBootstrap(LogDirectory directory) =>
        directory.Store.Blobs.Read(BootstrapFile) is { } file
            ? BootstrapMetadata.Read(file, string.Create(CultureInfo.InvariantCulture, $"{directory.Path}/{BootstrapFile}"))
            : BootstrapMetadata.FromFeatures(MetadataVersion.LatestProduction, [], "the default bootstrap");

    private static BootstrapMetadata Bootstrap(StorageFormat format)
    {
        var features = BootstrapMetadata.FromFeatures(format.MetadataVersion, format.Features, "format");
        return format.Credentials.Count == 0
            ? features
            : new BootstrapMetadata([.. features.Records, .. format.Credentials.Select(static each => new MetadataRecord(each, 0))], features.Source);
    }

    private static VoterSet? VotersOf(StorageFormat format, Uuid directoryId) => format.Standalone is { } endpoints
        ? new VoterSet([new VoterNode(new ReplicaKey(format.NodeId, directoryId), endpoints)])
        : format.InitialVoters;

    private void WriteVoters(ILogDirectory directory, VoterSet voters)
    {
        using var partition = directory.OpenPartition(MetadataLogPath.PartitionName, LogConfig.Default.SegmentOptions, static segment => segment.BaseOffset);
        RaftSnapshotWriter.WriteBootstrap(
            new RaftSnapshots(partition.Blobs), voters, FirstDynamicKRaftVersion, time);
    }
}
