using CsCheck;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Tests;

public sealed class ImageRoundTripTests
{
    private static readonly Gen<(int Seed, int Records)> Sizes = Gen.Select(Gen.Int, Gen.Int[0, 200]);

    [Test]
    public void Records_of_an_image_make_the_same_image_again() => Sizes.Sample(
        size =>
        {
            var image = new RandomMetadata(size.Seed).Image(size.Records);
            var batches = MetadataBatch.ReadAll(Encode(image));
            var delta = new MetadataDelta(MetadataImage.Empty);
            foreach (var record in batches.SelectMany(batch => batch.Records))
                delta.Replay(record.Message);
            Assert.That(delta.Apply(image.Provenance), Is.EqualTo(image));
        },
        iter: 60);

    [Test]
    public void A_snapshot_replaces_whatever_was_there_before() => Gen.Select(Sizes, Sizes).Sample(
        (before, after) =>
        {
            var old = new RandomMetadata(before.Seed).Image(before.Records);
            // Half of the time the snapshot has a past in common with what it replaces.
            var image = (after.Seed & 1) == 0
                ? new RandomMetadata(after.Seed).Image(after.Records)
                : new RandomMetadata(after.Seed).Change(old, after.Records);
            var records = new MetadataRecordList();
            image.Write(records, new ImageWriterOptions(image));
            var delta = new MetadataDelta(old);
            foreach (var record in records.Records)
                delta.Replay(record.Message);
            delta.FinishSnapshot();
            Assert.That(delta.Apply(image.Provenance), Is.EqualTo(image));
        },
        iter: 60);

    [Test]
    public void The_first_record_names_the_metadata_version()
    {
        var records = new MetadataRecordList();
        var image = new RandomMetadata(1).Image(50);
        image.Write(records, new ImageWriterOptions(image));
        Assert.That((records.Records[0].Message as FeatureLevelRecord)?.Name, Is.EqualTo(MetadataVersion.FeatureName));
    }

    [Test]
    public void An_older_metadata_version_refuses_what_it_cannot_hold_unless_the_loss_is_accepted()
    {
        var image = new RandomMetadata(7).Image(200);
        var losses = new List<string>();
        var options = new ImageWriterOptions(MetadataVersion.Minimum, isEligibleLeaderReplicasEnabled: false, losses.Add);
        var records = new MetadataRecordList();
        image.Write(records, options);
        Assert.Multiple(() =>
        {
            Assert.That(
                () => image.Write(new MetadataRecordList(), new ImageWriterOptions(MetadataVersion.Minimum, false)),
                Throws.TypeOf<UnwritableMetadataException>());
            Assert.That(losses, Has.Some.Contains("SCRAM").And.Some.Contains("directories").And.Some.Contains("controllers"));
            Assert.That(() => MetadataBatchWriter.ToBatch([.. records.Records], 0, 0, 0), Throws.Nothing, "every record fits its version");
        });
    }

    private static byte[] Encode(MetadataImage image)
    {
        using var log = new MemoryStream();
        using var writer = new MetadataBatchWriter(0, 1, 0, batch => log.Write(batch.Span), maxBatchBytes: 1000);
        image.Write(writer, new ImageWriterOptions(image));
        writer.Flush();
        return log.ToArray();
    }
}
