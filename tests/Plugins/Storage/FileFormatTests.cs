using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Plugins.Tests.Storage;

/// <summary>The files that the file store writes are Kafka's.</summary>
public sealed class FileFormatTests : IDisposable
{
    private readonly StoreHarness _harness = new(StoreKind.File);

    public void Dispose() => _harness.Dispose();

    [Test]
    public void A_partition_is_a_folder_with_Kafkas_file_names()
    {
        var partition = _harness.OpenPartition("topic-3");
        var segment = partition.CreateSegment(368769);
        segment.Append(368769, 10);
        partition.Blobs.Put("partition.metadata", [1], durable: true);
        Assert.That(Files("topic-3"), Is.EqualTo(new[]
        {
            "00000000000000368769.index", "00000000000000368769.log", "00000000000000368769.timeindex", "partition.metadata",
        }));
        segment.AppendAbortedTransaction(new(1, 368769, 368769, 368769));
        segment.MarkDeleted();
        Assert.That(Files("topic-3"), Is.EqualTo(new[]
        {
            "00000000000000368769.index.deleted", "00000000000000368769.log.deleted", "00000000000000368769.timeindex.deleted",
            "00000000000000368769.txnindex.deleted", "partition.metadata",
        }));
        partition.CreateReplacement(7).Append(8, 1);
        Assert.That(Files("topic-3"), Does.Contain("00000000000000000007.log.cleaned"));
        Assert.That(File.Exists(_harness.PathOf(".lock")));
    }

    [Test]
    public void Index_entries_have_Kafkas_bytes()
    {
        var partition = _harness.OpenPartition(options: new() { IndexIntervalBytes = 0 });
        var segment = partition.CreateSegment(5000);
        segment.Append(5009, 0x123, timestamp: 0x0192c01d527b);
        segment.Append(5258, 50, timestamp: 0x0192c01d527c);
        segment.Append(5260, 50, timestamp: 0x0192c01d5280);
        segment.AppendAbortedTransaction(new(77, 5000, 5010, 4999));
        partition.Dispose();
        Assert.That(Hex("00000000000000005000.index"), Is.EqualTo("0000010200000123" + "0000010400000155"));
        Assert.That(Hex("00000000000000005000.timeindex"), Is.EqualTo("00000192c01d527c00000102" + "00000192c01d528000000104"));
        Assert.That(Hex("00000000000000005000.txnindex"), Is.EqualTo("0000" + "000000000000004d" + "0000000000001388" + "0000000000001392" + "0000000000001387"));
    }

    [Test]
    public void A_segment_that_Kafka_wrote_is_found_and_searched()
    {
        Directory.CreateDirectory(_harness.PathOf("topic-0"));
        File.WriteAllBytes(_harness.PathOf("topic-0", "00000000000000005000.log"), new byte[400]);
        Write("00000000000000005000.index", "0000010200000123" + "0000010400000155");
        Write("00000000000000005000.timeindex", "00000192c01d527c00000102" + "00000192c01d528000000104");
        Write("00000000000000005000.txnindex", "0000" + "000000000000004d" + "0000000000001388" + "0000000000001392" + "0000000000001387");
        var segment = _harness.OpenPartition().Segments.Single();
        Assert.That(segment.Size, Is.EqualTo(400));
        Assert.That(segment.CheckIndexes(full: true), Is.EqualTo(SegmentIndexState.Valid));
        Assert.That(segment.FindPosition(5259), Is.EqualTo(new OffsetPosition(5258, 0x123)));
        Assert.That(segment.FindTimestamp(0x0192c01d5280), Is.EqualTo(new TimestampOffset(0x0192c01d5280, 5260)));
        Assert.That(segment.LargestTimestamp, Is.EqualTo(new TimestampOffset(0x0192c01d5280, 5260)));
        var aborted = new List<AbortedTransaction>();
        segment.CollectAbortedTransactions(0, 9999, aborted);
        Assert.That(aborted, Is.EqualTo(new[] { new AbortedTransaction(77, 5000, 5010, 4999) }));
    }

    [TestCase("index", null, SegmentIndexState.Missing)]
    [TestCase("timeindex", null, SegmentIndexState.Missing)]
    [TestCase("txnindex", null, SegmentIndexState.Valid)]
    [TestCase("index", "", SegmentIndexState.Valid)]
    [TestCase("index", "00000102000001", SegmentIndexState.Corrupt)]
    [TestCase("timeindex", "00000192c01d527c000001", SegmentIndexState.Corrupt)]
    [TestCase("txnindex", "0000", SegmentIndexState.Corrupt)]
    [TestCase("txnindex", "0001000000000000004d000000000000138800000000000013920000000000001387", SegmentIndexState.Corrupt)]
    [TestCase("txnindex", "0000000000000000004d000000000000139900000000000013920000000000001387", SegmentIndexState.Corrupt)]
    [TestCase("index", "0000010200000190", SegmentIndexState.Corrupt)]
    [TestCase("index", "000001020000012300000000000000000000000000000000", SegmentIndexState.Corrupt)]
    [TestCase("timeindex", "00000192c01d527c00000102000000000000000000000000", SegmentIndexState.Corrupt)]
    [TestCase("index", "ffffff0200000123", SegmentIndexState.Corrupt)]
    public void Indexes_that_are_gone_torn_or_impossible_are_told_apart(string extension, string? hex, SegmentIndexState expected)
    {
        Directory.CreateDirectory(_harness.PathOf("topic-0"));
        File.WriteAllBytes(_harness.PathOf("topic-0", "00000000000000005000.log"), new byte[400]);
        Write("00000000000000005000.index", "0000010200000123");
        Write("00000000000000005000.timeindex", "00000192c01d527c00000102");
        if (hex is null)
            File.Delete(_harness.PathOf("topic-0", $"00000000000000005000.{extension}"));
        else
            Write($"00000000000000005000.{extension}", hex);
        var segment = _harness.OpenPartition().Segments.Single();
        Assert.That(segment.CheckIndexes(full: false), Is.EqualTo(expected));
        segment.BeginReindex();
        segment.Reindex(0, new(5100, 1, 5100, 400));
        Assert.That(segment.CheckIndexes(full: true), Is.EqualTo(SegmentIndexState.Valid));
    }

    [Test]
    public void Disorder_in_the_middle_of_an_index_is_seen_by_the_full_check_alone()
    {
        Directory.CreateDirectory(_harness.PathOf("topic-0"));
        File.WriteAllBytes(_harness.PathOf("topic-0", "00000000000000005000.log"), new byte[400]);
        Write("00000000000000005000.index", "0000000200000050" + "0000000100000060" + "0000000400000070");
        Write("00000000000000005000.timeindex", "");
        var segment = _harness.OpenPartition().Segments.Single();
        Assert.That(segment.CheckIndexes(full: false), Is.EqualTo(SegmentIndexState.Valid));
        Assert.That(segment.CheckIndexes(full: true), Is.EqualTo(SegmentIndexState.Corrupt));
    }

    [Test]
    public void Room_allocated_ahead_does_not_count_and_is_returned()
    {
        var partition = _harness.OpenPartition(options: new() { PreallocateBytes = 4 * 1024 * 1024 });
        var segment = partition.CreateSegment(0);
        segment.Append(0, 100);
        var path = _harness.PathOf("topic-0", "00000000000000000000.log");
        Assert.That(new FileInfo(path).Length, Is.EqualTo(100));
        segment.Seal();
        segment.Flush();
        Assert.That(new FileInfo(path).Length, Is.EqualTo(100));
        _harness.Restart();
        Assert.That(_harness.OpenPartition().Segments[0].Size, Is.EqualTo(100));
    }

    [Test]
    public void Files_that_are_not_segments_are_blobs_and_temporary_ones_are_removed()
    {
        Directory.CreateDirectory(_harness.PathOf("topic-0"));
        foreach (var name in new[] { "leader-epoch-checkpoint", "leader-epoch-checkpoint.tmp", "x.checkpoint.part", "123.log", "00000000000000000001.snapshot" })
            Write(name, "00");
        Assert.That(
            _harness.OpenPartition().Blobs.List(), Is.EqualTo(new[] { "00000000000000000001.snapshot", "123.log", "leader-epoch-checkpoint" }));
        Assert.That(File.Exists(_harness.PathOf("topic-0", "x.checkpoint.part")), Is.False);
        Assert.That(() => _harness.Log.Blobs.Put("00000000000000000001.log", [], durable: false), Throws.ArgumentException);
        Assert.That(() => _harness.Log.Blobs.Put(".lock", [], durable: false), Throws.ArgumentException);
    }

    [Test]
    public void A_thousand_partitions_open_with_little_memory_and_no_files()
    {
        for (var i = 0; i < 1000; i++)
        {
            var partition = _harness.OpenPartition($"topic-{i}");
            partition.CreateSegment(0).Append(0, 200, timestamp: 1);
            partition.Dispose();
        }

        _harness.Restart();
        var handles = OpenHandles();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var partitions = Enumerable.Range(0, 1000).Select(i => _harness.OpenPartition($"topic-{i}")).ToList();
        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / 1000, Is.LessThan(4096), "bytes per partition");
        Assert.That(OpenHandles() - handles, Is.LessThan(20));
        Assert.That(partitions.Sum(partition => partition.Segments.Count), Is.EqualTo(1000));
    }

    private static int OpenHandles() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;

    private IEnumerable<string> Files(string partition)
        => Directory.GetFiles(_harness.PathOf(partition)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private string Hex(string name) => Convert.ToHexStringLower(File.ReadAllBytes(_harness.PathOf("topic-0", name)));

    private void Write(string name, string hex) => File.WriteAllBytes(_harness.PathOf("topic-0", name), Convert.FromHexString(hex));
}
