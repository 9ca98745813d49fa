using Kafka.Modular.Metadata.Bootstrap;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Metadata.Tests;

public sealed class BootstrapMetadataTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1234);

    [Test]
    public void What_is_written_is_read_again()
    {
        var levels = new Dictionary<string, short> { ["group.version"] = 1, ["share.version"] = 0, ["kraft.version"] = 1 };
        var written = BootstrapMetadata.FromFeatures(MetadataVersion.LatestProduction, levels, "format");
        var read = BootstrapMetadata.Read(written.ToFile(Now), "bootstrap.checkpoint");
        Assert.Multiple(() =>
        {
            Assert.That(read.Image, Is.EqualTo(written.Image));
            Assert.That(read.MetadataVersion, Is.SameAs(MetadataVersion.LatestProduction));
            Assert.That(read.Image.Features.FinalizedLevels.Keys, Is.EqualTo(new[] { "group.version" }), "kraft.version is a control record");
            Assert.That(read.Records, Has.Count.EqualTo(2));
        });
    }

    [Test]
    public void The_file_has_the_form_of_a_snapshot()
    {
        var file = BootstrapMetadata.FromFeatures(MetadataVersion.Minimum, [], "test").ToFile(Now);
        var batches = MetadataBatch.ReadAll(file);
        var last = new RecordBatchEnumerator(file);
        var types = new List<ControlRecordType>();
        while (last.MoveNext())
        {
            var records = new RecordEnumerator(last.Current);
            if (last.Current.IsControl && records.MoveNext() && ControlRecord.TryReadType(records.Current.Key, out var type))
                types.Add(type);
        }

        Assert.Multiple(() =>
        {
            Assert.That(types, Is.EqualTo(new[] { ControlRecordType.SnapshotHeader, ControlRecordType.SnapshotFooter }));
            Assert.That(batches.Select(batch => batch.BaseOffset), Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(batches[0].SnapshotTimestamp, Is.EqualTo(1234));
        });
    }

    [Test]
    public void Records_without_a_metadata_version_are_refused() => Assert.That(
        () => new BootstrapMetadata([new MetadataRecord(new NoOpRecord(), 0)], "here"),
        Throws.TypeOf<MetadataReplayException>().With.Message.Contains("here"));
}
