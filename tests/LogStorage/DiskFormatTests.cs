using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Tests;

public class DiskFormatTests
{
    private readonly LogHarness _harness = new();

    [Test]
    public async Task A_closed_log_consists_of_Kafkas_files()
    {
        _harness.Config = _harness.Config with { IndexIntervalBytes = 1 };
        var log = await _harness.OpenAsync();
        log.AssignTopicId(Uuid.Parse("AAAAAAAAAAEAAAAAAAAAAg"));
        byte[] expected = [];
        for (var index = 0; index < 3; index++)
        {
            var batch = Batches.At(_harness.Now + index, $"v{index}");
            log.AppendAsLeader(batch, leaderEpoch: index / 2);
            expected = [.. expected, .. batch.Span];
        }

        await log.DisposeAsync();
        Assert.That(_harness.ListFiles(), Is.EqualTo(new[]
        {
            "00000000000000000000.index", "00000000000000000000.log", "00000000000000000000.timeindex", "00000000000000000003.snapshot",
            "leader-epoch-checkpoint", "partition.metadata",
        }));
        Assert.That(_harness.ReadFile("00000000000000000000.log"), Is.EqualTo(expected));
        Assert.That(Text("leader-epoch-checkpoint"), Is.EqualTo("0\n2\n0 0\n1 2\n"));
        Assert.That(Text("partition.metadata"), Is.EqualTo("version: 0\ntopic_id: AAAAAAAAAAEAAAAAAAAAAg\n"));
        Assert.That(Hex("00000000000000000003.snapshot"), Is.EqualTo("0001" + "48674bc7" + "00000000"), "no producers");
        var size = Batches.Of("v0").Length;
        // Entries for the second and third batch, 4 bytes relative offset and 4 bytes position, and 8 bytes timestamp and 4 bytes relative offset.
        Assert.That(Hex("00000000000000000000.index"), Is.EqualTo($"00000001{size:x8}00000002{size * 2:x8}"));
        Assert.That(
            Hex("00000000000000000000.timeindex"), Is.EqualTo($"{_harness.Now + 1:x16}00000001{_harness.Now + 2:x16}00000002"));
    }

    [Test]
    public void Offset_checkpoints_have_Kafkas_form()
    {
        var offsets = new Dictionary<TopicPartition, long> { [new("a-topic", 3)] = 17, [new("b", 0)] = long.MaxValue };
        var content = OffsetCheckpoint.Format(offsets);
        Assert.That(Encoding.UTF8.GetString(content), Is.EqualTo($"0\n2\na-topic 3 17\nb 0 {long.MaxValue}\n"));
        var directory = _harness.OpenDirectory();
        directory.Blobs.Put(OffsetCheckpoint.RecoveryPoints, content, durable: true);
        Assert.That(OffsetCheckpoint.Read(directory.Blobs, OffsetCheckpoint.RecoveryPoints), Is.EquivalentTo(offsets));
    }

    [TestCase("")]
    [TestCase("1\n0\n")]
    [TestCase("0\n2\na 0 1\n")]
    [TestCase("0\n1\na 0 1")]
    [TestCase("0\n1\na 0\n")]
    [TestCase("0\n1\na x 1\n")]
    [TestCase("0\n-1\n")]
    public void A_malformed_checkpoint_is_refused(string content)
    {
        var directory = _harness.OpenDirectory();
        directory.Blobs.Put("x", Encoding.UTF8.GetBytes(content), durable: true);
        Assert.That(() => OffsetCheckpoint.Read(directory.Blobs, "x"), Throws.TypeOf<CheckpointFormatException>());
    }

    [Test]
    public void Meta_properties_are_read_as_Kafka_writes_them_and_written_alike()
    {
        var blobs = _harness.OpenDirectory().Blobs;
        Assert.That(MetaProperties.Read(blobs), Is.Null);
        blobs.Put(
            MetaProperties.FileName,
            "#\n#Sun Nov 22 19:00:00 UTC 2026\nnode.id=1\ndirectory.id=AAAAAAAAAAEAAAAAAAAAAg\nversion=1\ncluster.id=MkU3OEVBNTcwNTJENDM2Qg\n"u8,
            durable: true);
        var properties = MetaProperties.Read(blobs);
        Assert.That(properties, Is.EqualTo(new MetaProperties("MkU3OEVBNTcwNTJENDM2Qg", 1, Uuid.Parse("AAAAAAAAAAEAAAAAAAAAAg"))));
        properties!.Write(blobs);
        Assert.That(MetaProperties.Read(blobs), Is.EqualTo(properties));
    }

    [TestCase("version=0\nbroker.id=1\n")]
    [TestCase("version=1\nnode.id=1\n")]
    [TestCase("version=1\nnode.id=x\ncluster.id=c\n")]
    [TestCase("version=1\nnode.id=1\ncluster.id=c\ndirectory.id=!\n")]
    [TestCase("what\n")]
    public void Malformed_meta_properties_are_refused(string content)
    {
        var blobs = _harness.OpenDirectory().Blobs;
        blobs.Put(MetaProperties.FileName, Encoding.UTF8.GetBytes(content), durable: true);
        Assert.That(() => MetaProperties.Read(blobs), Throws.TypeOf<CheckpointFormatException>());
    }

    [Test]
    public async Task A_log_that_Kafka_wrote_with_messages_of_magic_1_is_read()
    {
        // One message of magic 1, offset 0, key k1, value v1, as Kafka 0.10 stored it.
        var message = Convert.FromHexString("00000000000000000000001afe59ab60010000000192c01d527b000000026b31000000027631");
        using (var directory = _harness.OpenDirectory())
        {
            using var store = directory.OpenPartition("topic-0", new Spi.Storage.SegmentOptions(), _ => 0);
            store.CreateSegment(0).Append(message, [new Spi.Storage.BatchEntry(0, 1729800000123, 0, message.Length)]);
        }

        var log = await _harness.OpenAsync(clean: false);
        Assert.That(log.LogEndOffset, Is.EqualTo(1));
        Assert.That(log.FindOffset(1729800000000)!.Value.Offset, Is.Zero);
        log.AppendAsLeader(Batches.At(-1, "new"), 0);
        using var lease = log.Read(0, 1000, ReadIsolation.LogEnd, minOneMessage: true).Lease!;
        var magics = new List<int>();
        foreach (var batch in new RecordBatchEnumerator(Batches.Bytes(lease)))
            magics.Add(batch.Magic);
        Assert.That(magics, Is.EqualTo(new[] { 1, 2 }));
    }

    private string Text(string name) => Encoding.UTF8.GetString(_harness.ReadFile(name));

    private string Hex(string name) => Convert.ToHexStringLower(_harness.ReadFile(name));
}
