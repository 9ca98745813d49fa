using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Plugins.Tests.Storage;

/// <summary>The file store over a file system that fails, fills up, and loses power.</summary>
public sealed class FileFaultTests : IDisposable
{
    private readonly StoreHarness _harness = new(StoreKind.FileSimulated);

    public void Dispose()
    {
        _harness.FileSystem.Fault = null;
        _harness.Dispose();
    }

    [Test]
    public void A_full_disk_refuses_an_append_whole_and_recovers_when_there_is_room()
    {
        var segment = _harness.OpenPartition().CreateSegment(0);
        segment.Append(0, 100, fill: 1);
        _harness.FileSystem.Capacity = 150;
        Assert.That(_harness.Log.UsableBytes, Is.EqualTo(50));
        Assert.That(
            () => segment.Append(1, 100, fill: 2),
            Throws.InstanceOf<LogStoreException>().With.Property("IsDiskFull").True.And.Property("Directory").EqualTo(_harness.Log.Path));
        Assert.That(segment.ReadAll(), Is.All.EqualTo(1));
        Assert.That(segment.Size, Is.EqualTo(100));
        _harness.FileSystem.Capacity = long.MaxValue;
        Assert.That(segment.Append(1, 30, fill: 3), Is.EqualTo(100));
        _harness.Restart();
        Assert.That(_harness.OpenPartition().Segments[0].ReadAll()[100..], Is.EqualTo(Enumerable.Repeat((byte)3, 30)));
    }

    [TestCase("write")]
    [TestCase("open")]
    [TestCase("fsync")]
    [TestCase("rename")]
    [TestCase("read")]
    [TestCase("truncate")]
    public void An_error_of_the_system_names_the_directory_and_the_file(string operation)
    {
        var partition = _harness.OpenPartition();
        var segment = partition.CreateSegment(0);
        if (operation != "open")
            segment.Append(0, 100);
        _harness.FileSystem.Fault = (each, path) =>
        {
            if (each == operation && path.Contains("/topic-0", StringComparison.Ordinal))
                throw new IOException("Input/output error", 5);
        };
        Action act = operation switch
        {
            "write" => () => segment.Append(1, 10),
            "open" => () => segment.Append(0, 10),
            "fsync" => segment.Flush,
            "rename" => segment.MarkDeleted,
            "read" => () => segment.ReadAll(),
            _ => () => segment.TruncateAsync(0, 0, CancellationToken.None).AsTask().GetAwaiter().GetResult(),
        };
        Assert.That(
            act,
            Throws.InstanceOf<LogStoreException>().With.Message.Contains("/data/kafka").And.Message.Contains("topic-0").And.Property("IsDiskFull").False);
    }

    [Test]
    public void A_flush_that_failed_is_tried_again()
    {
        var segment = _harness.OpenPartition().CreateSegment(0);
        segment.Append(0, 100);
        var fail = true;
        _harness.FileSystem.Fault = (operation, _) =>
        {
            if (fail && operation == "fsync")
                throw new IOException("Input/output error", 5);
        };
        Assert.That(segment.Flush, Throws.InstanceOf<LogStoreException>());
        fail = false;
        segment.Flush();
        _harness.FileSystem.LosePower(1);
        _harness.OpenAfterCrash();
        Assert.That(_harness.OpenPartition().Segments[0].ReadAll(), Is.EqualTo(Enumerable.Repeat((byte)1, 100)));
    }

    [Test]
    public void What_was_flushed_survives_the_loss_of_power([Range(1, 20)] int seed)
    {
        var partition = _harness.OpenPartition();
        var first = partition.CreateSegment(0);
        first.Append(0, 100, timestamp: 5, fill: 1);
        first.Seal();
        first.Flush();
        var second = partition.CreateSegment(1);
        second.Append(1, 200, fill: 2);
        second.Flush();
        second.Append(2, 300, fill: 3);
        partition.Blobs.Put("durable", [1, 2, 3], durable: true);
        partition.Blobs.Put("durable", [9, 9], durable: false);
        partition.Blobs.Put("not-durable", [9, 9], durable: false);
        partition.Blobs.Put("flushed", [4], durable: false);
        partition.Blobs.Flush("flushed");

        _harness.FileSystem.LosePower(seed);
        _harness.OpenAfterCrash();
        var again = _harness.OpenPartition();
        Assert.That(again.Segments, Has.Count.EqualTo(2));
        Assert.That(again.Segments[0].ReadAll(), Is.EqualTo(Enumerable.Repeat((byte)1, 100)));
        Assert.That(again.Segments[0].LargestTimestamp, Is.EqualTo(new TimestampOffset(5, 0)));
        Assert.That(again.Segments[0].CheckIndexes(full: true), Is.EqualTo(SegmentIndexState.Valid));
        Assert.That(again.Segments[1].ReadAll()[..200], Is.All.EqualTo(2));
        Assert.That(again.Blobs.Read("durable"), Is.EqualTo(new byte[] { 1, 2, 3 }).Or.EqualTo(new byte[] { 9, 9 }).Or.Empty.Or.EqualTo(new byte[] { 9 }));
        Assert.That(again.Blobs.Read("flushed"), Is.EqualTo(new byte[] { 4 }));
    }

    [Test]
    public void A_durable_blob_is_the_old_or_the_new_one_wherever_the_power_goes([Range(1, 12)] int seed)
    {
        _harness.Log.Blobs.Put("meta.properties", [1, 1, 1], durable: true);
        Crash(seed, () => _harness.Log.Blobs.Put("meta.properties", [2, 2], durable: true));
        Assert.That(_harness.Log.Blobs.Read("meta.properties"), Is.EqualTo(new byte[] { 1, 1, 1 }).Or.EqualTo(new byte[] { 2, 2 }));
    }

    [Test]
    public void A_snapshot_is_there_whole_or_not_at_all_wherever_the_power_goes([Range(1, 12)] int seed)
    {
        _harness.Log.Flush();
        Crash(seed, () =>
        {
            using var writer = _harness.Log.Blobs.OpenWriter("00000000000000000010-0000000001.checkpoint");
            writer.Append(new byte[100]);
            writer.Append(new byte[100]);
            writer.Commit();
        });
        Assert.That(_harness.Log.Blobs.GetLength("00000000000000000010-0000000001.checkpoint"), Is.EqualTo(-1).Or.EqualTo(200));
    }

    [Test]
    public void A_replacement_is_done_or_not_done_wherever_the_power_goes([Range(1, 60)] int seed)
    {
        Prepare(out var old, out var replacements);
        Crash(seed, () => _harness.OpenedPartition!.ReplaceSegments(replacements, old));
        var again = _harness.OpenPartition(nextOffsetOf: segment => segment.BaseOffset == 0 ? 10 : 20);
        var sizes = again.Segments.Select(segment => (segment.BaseOffset, segment.Size)).ToList();
        Assert.That(
            sizes, Is.EqualTo(new[] { (0L, 100), (10L, 100), (20L, 100) }).Or.EqualTo(new[] { (0L, 30), (10L, 40), (20L, 100) }));
        Assert.That(again.Segments[0].ReadAll(), Is.All.EqualTo(sizes[0].Size == 30 ? 8 : 1));
        Assert.That(again.Segments[1].ReadAll(), Is.All.EqualTo(sizes[1].Size == 40 ? 9 : 1));
        Assert.That(again.Segments.Select(segment => segment.CheckIndexes(full: true)), Is.All.EqualTo(SegmentIndexState.Valid));
        Assert.That(_harness.FileSystem.List(_harness.PathOf("topic-0")).Select(file => file.Name), Has.None.Match(@"\.(swap|cleaned|deleted)$"));
    }

    [Test]
    public void A_segment_is_deleted_or_not_wherever_the_power_goes([Range(1, 20)] int seed)
    {
        Prepare(out var old, out _);
        Crash(seed, () =>
        {
            old[0].MarkDeleted();
            old[0].DeleteAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            _harness.OpenedPartition!.Flush();
        });
        var again = _harness.OpenPartition();
        Assert.That(again.Segments.Select(segment => segment.BaseOffset), Is.EqualTo(new long[] { 0, 10, 20 }).Or.EqualTo(new long[] { 10, 20 }));
    }

    [Test]
    public void Files_beyond_the_limit_are_closed_when_idle_and_open_again_when_needed()
    {
        _harness.MaxOpenSegments = 16;
        _harness.Restart();
        var partition = _harness.OpenPartition();
        for (var i = 0; i < 100; i++)
        {
            var segment = partition.CreateSegment(i * 10);
            segment.Append(i * 10, 50, fill: (byte)i);
            segment.Seal();
            segment.Flush();
        }

        var held = partition.Segments[0].Lease(0, 50);
        foreach (var segment in partition.Segments)
            Assert.That(segment.ReadAll(), Is.All.EqualTo((byte)(segment.BaseOffset / 10)));
        Assert.That(_harness.FileSystem.FilesOpen, Is.LessThan(40));
        Assert.That(held.ToArray(), Is.All.EqualTo(0));
        held.Dispose();
        foreach (var segment in partition.Segments.Reverse())
            Assert.That(segment.ReadAll(), Is.All.EqualTo((byte)(segment.BaseOffset / 10)));
        Assert.That(_harness.FileSystem.FilesOpen, Is.LessThan(40));
        partition.Dispose();
        Assert.That(_harness.FileSystem.FilesOpen, Is.Zero);
    }

    [Test]
    public void Unflushed_files_are_not_closed_for_the_limit()
    {
        _harness.MaxOpenSegments = 16;
        _harness.Restart();
        var partition = _harness.OpenPartition();
        for (var i = 0; i < 50; i++)
            partition.CreateSegment(i).Append(i, 10);
        Assert.That(_harness.FileSystem.FilesOpen, Is.EqualTo(50));
    }

    [Test]
    public void Appends_and_leases_take_little_from_the_collector()
    {
        using var real = new StoreHarness(StoreKind.File);
        var segment = real.OpenPartition().CreateSegment(0);
        var bytes = new byte[2000];
        var entry = new BatchEntry[1];
        void Round(int i)
        {
            entry[0] = new(i, i, i, bytes.Length);
            segment.Append(bytes, entry);
            segment.Lease(0, 100).Dispose();
        }

        for (var i = 0; i < 1000; i++)
            Round(i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1000; i < 2000; i++)
            Round(i);
        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, Is.LessThan(160), "bytes per append and lease");
    }

    private void Prepare(out List<ISegment> old, out List<ISegment> replacements)
    {
        var partition = _harness.OpenPartition();
        for (var i = 0; i < 3; i++)
        {
            var segment = partition.CreateSegment(i * 10);
            segment.Append((i * 10) + 9, 100, timestamp: i, fill: 1);
            segment.Seal();
            segment.Flush();
        }

        old = [.. partition.Segments.Take(2)];
        replacements = [partition.CreateReplacement(0), partition.CreateReplacement(10)];
        replacements[0].Append(9, 30, timestamp: 1, fill: 8);
        replacements[1].Append(19, 40, timestamp: 2, fill: 9);
    }

    /// <summary>Runs an action, cuts the power at one of its operations or after it, and opens the directory again.</summary>
    private void Crash(int seed, Action action)
    {
        var operations = 0;
        _harness.FileSystem.Fault = (_, _) =>
        {
            if (++operations >= seed)
                throw new IOException("The power is gone", 5);
        };
        try
        {
            action();
        }
        catch (IOException)
        {
            // As intended.
        }

        _harness.FileSystem.Fault = null;
        _harness.FileSystem.LosePower(seed * 7919);
        _harness.OpenAfterCrash();
    }
}
