using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Metadata.Bootstrap;

/// <summary>
/// The records with which the first controller of a new cluster begins its log: feature levels, and credentials if <c>format</c> was given some (KIP-778,
/// KIP-900). They wait in the file <c>bootstrap.checkpoint</c>, which has the form of a snapshot. Immutable, any thread.
/// </summary>
public sealed class BootstrapMetadata
{
    /// <summary>Name of the file in the metadata log directory.</summary>
    public const string FileName = "bootstrap.checkpoint";

    /// <param name="records">The records; one of them names the metadata version.</param>
    /// <param name="source">Where they come from, for logs.</param>
    /// <exception cref="MetadataReplayException">No record names the metadata version, or it is not known.</exception>
    public BootstrapMetadata(IEnumerable<MetadataRecord> records, string source)
    {
        Records = [.. records];
        Source = source;
        var delta = new MetadataDelta(MetadataImage.Empty);
        foreach (var record in Records)
            delta.Replay(record.Message);
        Image = delta.Apply(MetadataProvenance.Empty);
        MetadataVersion = Image.Features.MetadataVersion
            ?? throw new MetadataReplayException($"No record for {MetadataVersion.FeatureName} was found in the bootstrap metadata from {source}.");
    }

    /// <summary>The records in the order in which they are to be written.</summary>
    public IReadOnlyList<MetadataRecord> Records { get; }

    /// <summary>Where they come from, for logs.</summary>
    public string Source { get; }

    /// <summary>The metadata version that they name.</summary>
    public MetadataVersion MetadataVersion { get; }

    /// <summary>What the records make.</summary>
    public MetadataImage Image { get; }

    /// <summary>Records that finalize a metadata version and other features; level 0 needs no record.</summary>
    public static BootstrapMetadata FromFeatures(MetadataVersion version, IEnumerable<KeyValuePair<string, short>> levels, string source)
    {
        var others = levels
            .Where(level => level.Key != MetadataVersion.FeatureName && level.Key != KafkaFeature.KRaftVersion.Name && level.Value > 0)
            .OrderBy(level => level.Key, StringComparer.Ordinal);
        return new BootstrapMetadata(
            [Level(MetadataVersion.FeatureName, version.Level), .. others.Select(level => Level(level.Key, level.Value))], source);
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="MetadataReplayException">It is damaged or incomplete, or does not name a known metadata version.</exception>
    public static BootstrapMetadata Read(ReadOnlySpan<byte> file, string source) =>
        new(MetadataBatch.ReadAll(file).SelectMany(batch => batch.Records), source);

    /// <summary>The contents of the file.</summary>
    /// <param name="now">For the timestamps.</param>
    public byte[] ToFile(DateTimeOffset now)
    {
        var timestamp = now.ToUnixTimeMilliseconds();
        using var file = new MemoryStream();
        var header = new SnapshotHeaderRecord { LastContainedLogTimestamp = timestamp };
        WriteControl(file, 0, timestamp, ControlRecordType.SnapshotHeader, header);
        using var batches = new MetadataBatchWriter(1, 0, timestamp, batch => file.Write(batch.Span));
        foreach (var record in Records)
            batches.Write(record);
        batches.Flush();
        WriteControl(file, batches.NextOffset, timestamp, ControlRecordType.SnapshotFooter, new SnapshotFooterRecord());
        return file.ToArray();
    }

    private static MetadataRecord Level(string feature, short level) => new(new FeatureLevelRecord { Name = feature, FeatureLevel = level }, 0);

    private static void WriteControl(MemoryStream file, long offset, long timestamp, ControlRecordType type, IMessage message)
    {
        var batch = new RecordBatchBuilder(new RecordBatchOptions { BaseOffset = offset, PartitionLeaderEpoch = 0, IsControl = true });
        batch.Append(timestamp, ControlRecord.Key(type), ProtocolWriter.ToArray(message, 0));
        file.Write(batch.Build().Span);
    }
}
