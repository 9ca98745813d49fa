using CsCheck;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Metadata.Tests;

public sealed class MetadataRecordCodecTests
{
    [Test]
    public void A_frame_has_its_version_the_type_and_the_version_in_front()
    {
        using var writer = ProtocolWriter.CreateContiguous();
        MetadataRecordCodec.Write(writer, new MetadataRecord(SampleRecords.Version(7), 0));
        Assert.That(
            Convert.ToHexStringLower(writer.WrittenMemory.Span),
            Is.EqualTo("01" + "0c" + "00" + "11" + Convert.ToHexStringLower("metadata.version"u8) + "0007" + "00"));
    }

    [TestCase("00", "frame version 0")]
    [TestCase("020c00", "frame version 2")]
    [TestCase("017f00", "unknown type 127")]
    [TestCase("01ffffffff0f00", "unknown type")]
    [TestCase("010c01", "has version 1")]
    [TestCase("010c0002", "cannot be read")]
    [TestCase("0114000000", "1 bytes follow the end of a NoOpRecord")]
    public void A_damaged_record_is_refused(string hex, string message) => Assert.That(
        () => MetadataRecordCodec.Read(Convert.FromHexString(hex)),
        Throws.TypeOf<MetadataReplayException>().With.Message.Contains(message));

    [Test]
    public void Records_are_packed_into_batches_of_the_size_asked_for()
    {
        var batches = new List<byte[]>();
        using var writer = new MetadataBatchWriter(100, 5, 42, batch => batches.Add(batch.ToArray()), maxBatchBytes: 400);
        for (var index = 0; index < 50; index++)
            writer.Write(new MetadataRecord(SampleRecords.Topic("topic-" + index, new Uuid(1, index + 1)), 0));
        writer.Flush();
        var read = batches.SelectMany(bytes => MetadataBatch.ReadAll(bytes)).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(batches, Has.Count.GreaterThan(3).And.All.Length.LessThanOrEqualTo(400));
            Assert.That(read.Select(batch => batch.Epoch), Is.All.EqualTo(5));
            Assert.That(read.Select(batch => batch.AppendTimestamp), Is.All.EqualTo(42));
            Assert.That(read[0].BaseOffset, Is.EqualTo(100));
            Assert.That(read[^1].LastOffset, Is.EqualTo(149));
            Assert.That(read.Zip(read.Skip(1)), Is.All.Matches<(MetadataBatch First, MetadataBatch Second)>(
                pair => pair.Second.BaseOffset == pair.First.LastOffset + 1));
            Assert.That(writer.NextOffset, Is.EqualTo(150));
        });
    }

    [Test]
    public void A_control_batch_has_no_records_and_the_header_of_a_snapshot_tells_its_time()
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions { IsControl = true, PartitionLeaderEpoch = 3 });
        var header = ProtocolWriter.ToArray(new SnapshotHeaderRecord { LastContainedLogTimestamp = 77 }, 0);
        builder.Append(0, ControlRecord.Key(ControlRecordType.SnapshotHeader), header);
        var batch = MetadataBatch.ReadAll(builder.Build().Span).Single();
        Assert.Multiple(() =>
        {
            Assert.That(batch.Records, Is.Empty);
            Assert.That(batch.SnapshotTimestamp, Is.EqualTo(77));
        });
    }

    [Test]
    public void A_torn_batch_is_refused()
    {
        var batch = MetadataBatchWriter.ToBatch([new MetadataRecord(new NoOpRecord(), 0)], 0, 0, 0);
        Assert.That(() => MetadataBatch.ReadAll(batch.Span[..^1]), Throws.TypeOf<MetadataReplayException>());
    }

    [Test]
    public void Whatever_is_wrong_with_a_batch_is_told_in_one_way()
    {
        var image = new RandomMetadata(3).Image(40);
        var records = new MetadataRecordList();
        image.Write(records, new ImageWriterOptions(image));
        var good = MetadataBatchWriter.ToBatch([.. records.Records], 0, 1, 1).ToArray();
        Gen.Select(Gen.Int[RecordBatchFormat.HeaderSize - 4, good.Length - 1], Gen.Byte, Gen.Bool).Sample(
            (position, value, isChecksumRight) =>
            {
                var bytes = good.ToArray();
                bytes[position] = value;
                if (isChecksumRight)
                    RecordBatchPatch.UpdateCrc(bytes);
                try
                {
                    MetadataBatch.ReadAll(bytes);
                }
                catch (MetadataReplayException)
                {
                    // Told.
                }
            },
            iter: 3000);
    }

    [Test]
    public void A_batch_that_fails_its_checksum_is_refused()
    {
        var batch = MetadataBatchWriter.ToBatch([new MetadataRecord(new NoOpRecord(), 0)], 0, 0, 0).ToArray();
        batch[^1] ^= 1;
        Assert.That(() => MetadataBatch.ReadAll(batch), Throws.TypeOf<MetadataReplayException>().With.Message.Contains("checksum"));
    }
}
