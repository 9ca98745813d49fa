using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Plugins.Tests.Storage;

[TestFixture(StoreKind.File)]
[TestFixture(StoreKind.FileSimulated)]
[TestFixture(StoreKind.Memory)]
public sealed class StoreContractTests(StoreKind kind) : IDisposable
{
    private static readonly CancellationToken s_none = CancellationToken.None;
    private readonly StoreHarness _harness = new(kind);

    public void Dispose() => _harness.Dispose();

    [Test]
    public void Appended_bytes_are_read_back_at_the_position_that_append_returned()
    {
        var segment = _harness.OpenPartition().CreateSegment(0);
        Assert.That(segment.Append(0, 100, fill: 1), Is.EqualTo(0));
        Assert.That(segment.Append(1, 50, fill: 2), Is.EqualTo(100));
        var bytes = new byte[60];
        Assert.That(segment.Read(95, bytes), Is.EqualTo(55));
        Assert.That(bytes[..5], Is.All.EqualTo(1));
        Assert.That(bytes[5..55], Is.All.EqualTo(2));
        Assert.That(segment.Size, Is.EqualTo(150));
        Assert.That(segment.Read(150, bytes), Is.Zero);
    }

    [Test]
    public void Segments_and_their_sizes_and_times_survive_a_restart()
    {
        var partition = _harness.OpenPartition();
        var first = partition.CreateSegment(0);
        first.Append(9, 5000, timestamp: 70);
        first.Append(19, 5000, timestamp: 60);
        first.Seal();
        _harness.Clock.Advance(TimeSpan.FromMinutes(1));
        partition.CreateSegment(20).Append(25, 300, timestamp: 90);
        var modified = _harness.Clock.GetUtcNow();

        _harness.Restart();
        var segments = _harness.OpenPartition().Segments;
        Assert.That(segments.Select(segment => segment.BaseOffset), Is.EqualTo(new long[] { 0, 20 }));
        Assert.That(segments.Select(segment => segment.Size), Is.EqualTo(new[] { 10000, 300 }));
        Assert.That(segments[0].LargestTimestamp, Is.EqualTo(new TimestampOffset(70, 9)));
        Assert.That(segments[1].LargestTimestamp, Is.EqualTo(new TimestampOffset(90, 25)));
        Assert.That(segments[1].LastModified, Is.EqualTo(modified));
        Assert.That(segments[0].LastModified, Is.EqualTo(modified - TimeSpan.FromMinutes(1)));
        Assert.That(segments.Select(segment => segment.CheckIndexes(full: true)), Is.All.EqualTo(SegmentIndexState.Valid));
    }

    [Test]
    public void Append_after_a_restart_goes_on_where_the_segment_ended()
    {
        _harness.OpenPartition().CreateSegment(5).Append(5, 10, fill: 3);
        _harness.Restart();
        var segment = _harness.OpenPartition().Segments[0];
        Assert.That(segment.Append(6, 10, fill: 4), Is.EqualTo(10));
        Assert.That(segment.ReadAll(), Is.EqualTo(Enumerable.Repeat<byte>(3, 10).Concat(Enumerable.Repeat<byte>(4, 10))));
    }

    [Test]
    public void One_append_of_many_batches_gives_each_its_own_index_entry()
    {
        var segment = _harness.OpenPartition(options: new() { IndexIntervalBytes = 99 }).CreateSegment(0);
        segment.Append(new byte[500], [.. Enumerable.Range(0, 5).Select(i => new BatchEntry((i * 10) + 9, 1000 + i, (i * 10) + 9, 100))]);
        Assert.That(segment.FindPosition(8), Is.EqualTo(new OffsetPosition(0, 0)));
        Assert.That(segment.FindPosition(19), Is.EqualTo(new OffsetPosition(19, 100)));
        Assert.That(segment.FindPosition(38), Is.EqualTo(new OffsetPosition(29, 200)));
        Assert.That(segment.FindPosition(1000), Is.EqualTo(new OffsetPosition(49, 400)));
        Assert.That(segment.FindTimestamp(1000), Is.EqualTo(new TimestampOffset(TimestampOffset.None, 0)));
        Assert.That(segment.FindTimestamp(1003), Is.EqualTo(new TimestampOffset(1003, 39)));
    }

    [Test]
    public void An_index_that_is_full_says_so_and_takes_no_more_entries()
    {
        var segment = _harness.OpenPartition(options: new() { IndexIntervalBytes = 0, MaxIndexBytes = 80 }).CreateSegment(0);
        for (var i = 0; i < 7; i++)
        {
            Assert.That(segment.IsIndexFull, Is.EqualTo(i >= 6), $"{i}");
            segment.Append(i, 10, timestamp: i);
        }

        for (var i = 7; i < 30; i++)
            segment.Append(i, 10, timestamp: i);
        segment.Seal();
        Assert.That(segment.FindPosition(29), Is.EqualTo(new OffsetPosition(10, 100)));
        Assert.That(segment.FindTimestamp(29), Is.EqualTo(new TimestampOffset(29, 29)));
    }

    [Test]
    public void An_append_that_does_not_fit_the_segment_is_refused()
    {
        var segment = _harness.OpenPartition().CreateSegment(100);
        Assert.That(() => segment.Append(99, 10), Throws.ArgumentException);
        Assert.That(() => segment.Append(100L + int.MaxValue + 1, 10), Throws.ArgumentException);
        Assert.That(() => segment.Append(new byte[10], [new(100, -1, 100, 9)]), Throws.ArgumentException);
        Assert.That(segment.Size, Is.Zero);
    }

    [Test]
    public void A_lease_gives_the_bytes_and_is_cut_at_the_end_of_the_segment()
    {
        var segment = _harness.OpenPartition().CreateSegment(0);
        segment.Append(0, 3000, fill: 1);
        segment.Append(1, 3000, fill: 2);
        using var lease = segment.Lease(2990, 100_000);
        Assert.That(lease.Length, Is.EqualTo(3010));
        var bytes = lease.ToArray();
        Assert.That(bytes[..10], Is.All.EqualTo(1));
        Assert.That(bytes[10..], Is.All.EqualTo(2));
        if (lease.TryGetMemory(out var memory))
            Assert.That(memory.ToArray(), Is.EqualTo(bytes));
        else if (kind == StoreKind.File)
            Assert.That(lease.FileHandle, Is.Not.Null);
        Assert.That(lease.Read(3000, new byte[100]), Is.EqualTo(10));
        Assert.That(lease.Read(3010, new byte[100]), Is.Zero);
    }

    [Test]
    public void Truncation_cuts_bytes_and_index_entries_and_appending_goes_on()
    {
        var segment = _harness.OpenPartition(options: new() { IndexIntervalBytes = 0 }).CreateSegment(0);
        for (var i = 0; i < 10; i++)
            segment.Append(i, 100, timestamp: 100 + i, fill: (byte)i);
        segment.AppendAbortedTransaction(new(1, 0, 3, 0));
        segment.AppendAbortedTransaction(new(1, 4, 7, 4));
        var truncation = segment.TruncateAsync(5, 500, s_none).AsTask();
        Assert.That(truncation.IsCompletedSuccessfully);
        Assert.That(segment.Size, Is.EqualTo(500));
        Assert.That(segment.FindPosition(100), Is.EqualTo(new OffsetPosition(4, 400)));
        Assert.That(segment.FindTimestamp(200), Is.EqualTo(new TimestampOffset(104, 4)));
        Assert.That(segment.LargestTimestamp, Is.EqualTo(new TimestampOffset(104, 4)));
        var aborted = new List<AbortedTransaction>();
        segment.CollectAbortedTransactions(0, 100, aborted);
        Assert.That(aborted, Is.EqualTo(new[] { new AbortedTransaction(1, 0, 3, 0) }));
        Assert.That(segment.Append(5, 10, timestamp: 300, fill: 77), Is.EqualTo(500));
        Assert.That(segment.ReadAll()[500..], Is.All.EqualTo(77));
        Assert.That(segment.LargestTimestamp, Is.EqualTo(new TimestampOffset(300, 5)));
    }

    [Test]
    public async Task Truncation_waits_for_leases_beyond_it_and_new_leases_end_before_it()
    {
        var segment = _harness.OpenPartition().CreateSegment(0);
        segment.Append(0, 100, fill: 1);
        segment.Append(1, 100, fill: 2);
        var below = segment.Lease(0, 100);
        var beyond = segment.Lease(50, 100);
        var truncation = segment.TruncateAsync(1, 100, s_none).AsTask();
        Assert.That(truncation.IsCompleted, Is.False);
        using (var during = segment.Lease(0, 200))
            Assert.That(during.Length, Is.EqualTo(100));
        Assert.That(beyond.ToArray()[50..], Is.All.EqualTo(2));
        below.Dispose();
        beyond.Dispose();
        await truncation;
        Assert.That(segment.Size, Is.EqualTo(100));
    }

    [Test]
    public void Truncation_does_not_wait_for_leases_below_it()
    {
        var segment = _harness.OpenPartition().CreateSegment(0);
        segment.Append(0, 100);
        segment.Append(1, 100);
        using var lease = segment.Lease(0, 100);
        Assert.That(segment.TruncateAsync(1, 100, s_none).AsTask().IsCompletedSuccessfully);
    }

    [Test]
    public async Task A_cancelled_truncation_cuts_nothing_and_leases_are_whole_again()
    {
        var segment = _harness.OpenPartition().CreateSegment(0);
        segment.Append(0, 100);
        using var lease = segment.Lease(0, 100);
        using var cancellation = new CancellationTokenSource();
        var truncation = segment.TruncateAsync(0, 0, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.That(async () => await truncation, Throws.InstanceOf<OperationCanceledException>());
        using var again = segment.Lease(0, 100);
        Assert.That(again.Length, Is.EqualTo(100));
        var second = segment.TruncateAsync(0, 0, s_none).AsTask();
        again.Dispose();
        Assert.That(second.IsCompleted, Is.False);
        lease.Dispose();
        await second;
        Assert.That(segment.Size, Is.Zero);
    }

    [Test]
    public async Task Deletion_waits_for_leases_and_gives_no_new_ones()
    {
        var partition = _harness.OpenPartition();
        var segment = partition.CreateSegment(0);
        segment.Append(0, 100, fill: 9);
        var lease = segment.Lease(0, 100);
        segment.MarkDeleted();
        Assert.That(partition.Segments, Is.Empty);
        using (var still = segment.Lease(0, 10))
            Assert.That(still.ToArray(), Is.All.EqualTo(9));
        var deletion = segment.DeleteAsync(s_none).AsTask();
        Assert.That(deletion.IsCompleted, Is.False);
        Assert.That(() => segment.Lease(0, 10), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(lease.ToArray(), Is.All.EqualTo(9));
        lease.Dispose();
        await deletion;
        _harness.Restart();
        Assert.That(_harness.OpenPartition().Segments, Is.Empty);
    }

    [Test]
    public void A_cancelled_wait_for_deletion_still_deletes()
    {
        var partition = _harness.OpenPartition();
        var segment = partition.CreateSegment(0);
        segment.Append(0, 100);
        var lease = segment.Lease(0, 100);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.That(async () => await segment.DeleteAsync(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        lease.Dispose();
        Assert.That(segment.DeleteAsync(s_none).AsTask().IsCompletedSuccessfully);
        _harness.Restart();
        Assert.That(_harness.OpenPartition().Segments, Is.Empty);
    }

    [Test]
    public async Task A_marked_segment_is_gone_after_a_restart_also_when_it_was_not_deleted()
    {
        var partition = _harness.OpenPartition();
        partition.CreateSegment(0).Append(0, 10);
        partition.CreateSegment(1).Append(1, 10);
        partition.Segments[0].MarkDeleted();
        _harness.Restart();
        Assert.That(_harness.OpenPartition().Segments.Select(segment => segment.BaseOffset), Is.EqualTo(new long[] { 1 }));
        await Task.CompletedTask;
    }

    [Test]
    public async Task Replacement_takes_the_place_of_segments_at_once()
    {
        var partition = _harness.OpenPartition();
        partition.CreateSegment(0).Append(9, 100, fill: 1);
        partition.CreateSegment(10).Append(19, 100, fill: 2);
        partition.CreateSegment(20).Append(29, 100, fill: 3);
        var old = partition.Segments.Take(2).ToList();
        using var lease = old[0].Lease(0, 100);
        var cleaned = partition.CreateReplacement(0);
        cleaned.Append(19, 30, timestamp: 5, fill: 8);
        cleaned.LastModified = DateTimeOffset.UnixEpoch.AddDays(1);
        Assert.That(partition.Segments, Has.Count.EqualTo(3));
        cleaned.Seal();
        partition.ReplaceSegments([cleaned], old);
        Assert.That(partition.Segments.Select(segment => (segment.BaseOffset, segment.Size)), Is.EqualTo(new[] { (0L, 30), (20L, 100) }));
        Assert.That(lease.ToArray(), Is.All.EqualTo(1));
        lease.Dispose();
        foreach (var segment in old)
            await segment.DeleteAsync(s_none);

        _harness.Restart();
        var again = _harness.OpenPartition();
        Assert.That(again.Segments.Select(segment => (segment.BaseOffset, segment.Size)), Is.EqualTo(new[] { (0L, 30), (20L, 100) }));
        Assert.That(again.Segments[0].ReadAll(), Is.All.EqualTo(8));
        Assert.That(again.Segments[0].LargestTimestamp, Is.EqualTo(new TimestampOffset(5, 19)));
    }

    [Test]
    public void An_unfinished_replacement_is_forgotten_at_a_restart()
    {
        var partition = _harness.OpenPartition();
        partition.CreateSegment(0).Append(9, 100);
        partition.CreateReplacement(0).Append(9, 10);
        _harness.Restart();
        Assert.That(_harness.OpenPartition().Segments.Select(segment => segment.Size), Is.EqualTo(new[] { 100 }));
    }

    [Test]
    public void Creating_a_segment_again_begins_it_empty()
    {
        var partition = _harness.OpenPartition(options: new() { IndexIntervalBytes = 0 });
        var segment = partition.CreateSegment(0);
        segment.Append(0, 100, timestamp: 1);
        segment.Append(1, 100, timestamp: 2);
        segment.AppendAbortedTransaction(new(1, 0, 1, 0));
        using var lease = segment.Lease(0, 100);
        segment.MarkDeleted();
        var again = partition.CreateSegment(0);
        again.Append(0, 7, fill: 6);
        Assert.That(again.FindPosition(10), Is.EqualTo(new OffsetPosition(0, 0)));
        Assert.That(again.LargestTimestamp, Is.EqualTo(new TimestampOffset(-1, 0)));
        var aborted = new List<AbortedTransaction>();
        again.CollectAbortedTransactions(0, 10, aborted);
        Assert.That(aborted, Is.Empty);
        Assert.That(lease.ToArray(), Is.All.EqualTo(1));
        Assert.That(again.ReadAll(), Is.All.EqualTo(6));
    }

    [Test]
    public void Aborted_transactions_that_overlap_are_collected_until_a_stable_offset_ends_the_search()
    {
        var segment = _harness.OpenPartition().CreateSegment(0);
        AbortedTransaction[] all = [new(1, 0, 10, 0), new(2, 5, 20, 11), new(3, 21, 30, 21), new(4, 31, 40, 31)];
        foreach (var transaction in all)
            segment.AppendAbortedTransaction(transaction);
        var found = new List<AbortedTransaction>();
        Assert.That(segment.CollectAbortedTransactions(11, 21, found), Is.True);
        Assert.That(found, Is.EqualTo(new[] { all[1] }));
        found.Clear();
        Assert.That(segment.CollectAbortedTransactions(0, 1000, found), Is.False);
        Assert.That(found, Is.EqualTo(all));
        _harness.Restart();
        found.Clear();
        _harness.OpenPartition().Segments[0].CollectAbortedTransactions(25, 32, found);
        Assert.That(found, Is.EqualTo(new[] { all[2], all[3] }));
    }

    [Test]
    public void Reindexing_gives_the_entries_that_appending_gave()
    {
        var partition = _harness.OpenPartition(options: new() { IndexIntervalBytes = 250 });
        var segment = partition.CreateSegment(10);
        List<(int Position, BatchEntry Batch)> batches = [];
        for (var i = 0; i < 1000; i++)
        {
            var batch = new BatchEntry(10 + i, 1000 + (i * 7 % 50) + i, 10 + i, 100);
            batches.Add((segment.Append(new byte[100], [batch]), batch));
        }

        var before = Enumerable.Range(0, 1100).Select(i => (segment.FindPosition(i), segment.FindTimestamp(1000 + i))).ToList();
        segment.BeginReindex();
        Assert.That(segment.FindPosition(500), Is.EqualTo(new OffsetPosition(10, 0)));
        foreach (var (position, batch) in batches)
            segment.Reindex(position, batch);
        Assert.That(Enumerable.Range(0, 1100).Select(i => (segment.FindPosition(i), segment.FindTimestamp(1000 + i))), Is.EqualTo(before));
        Assert.That(segment.CheckIndexes(full: true), Is.EqualTo(SegmentIndexState.Valid));
    }

    [Test]
    public void Partitions_are_listed_renamed_and_deleted()
    {
        var partition = _harness.OpenPartition("alpha-0");
        partition.CreateSegment(0).Append(0, 10, fill: 5);
        partition.Blobs.Put("leader-epoch-checkpoint", [1, 2], durable: true);
        _harness.OpenPartition("beta-1");
        Assert.That(_harness.Log.ListPartitions(), Is.EqualTo(new[] { "alpha-0", "beta-1" }));

        using (var lease = partition.Segments[0].Lease(0, 10))
        {
            partition.Rename("alpha-0.d41d8cd98f00b204-delete");
            Assert.That(lease.ToArray(), Is.All.EqualTo(5));
        }

        Assert.That(partition.Name, Is.EqualTo("alpha-0.d41d8cd98f00b204-delete"));
        Assert.That(partition.Segments[0].ReadAll(), Is.All.EqualTo(5));
        Assert.That(partition.Blobs.Read("leader-epoch-checkpoint"), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(_harness.Log.ListPartitions(), Is.EqualTo(new[] { "alpha-0.d41d8cd98f00b204-delete", "beta-1" }));
        Assert.That(_harness.Log.ContainsPartition("alpha-0"), Is.False);
        _harness.OpenPartition("alpha-0").CreateSegment(0);
        Assert.That(partition.DeleteAsync(s_none).AsTask().IsCompletedSuccessfully);
        Assert.That(_harness.Log.ListPartitions(), Is.EqualTo(new[] { "alpha-0", "beta-1" }));
        _harness.Restart();
        Assert.That(_harness.Log.ListPartitions(), Is.EqualTo(new[] { "alpha-0", "beta-1" }));
    }

    [Test]
    public async Task Deletion_of_a_partition_waits_for_leases_on_its_segments()
    {
        var partition = _harness.OpenPartition();
        partition.CreateSegment(0).Append(0, 10, fill: 5);
        var lease = partition.Segments[0].Lease(0, 10);
        var deletion = partition.DeleteAsync(s_none).AsTask();
        Assert.That(deletion.IsCompleted, Is.False);
        Assert.That(lease.ToArray(), Is.All.EqualTo(5));
        lease.Dispose();
        await deletion;
        Assert.That(_harness.Log.ListPartitions(), Is.Empty);
    }

    [Test]
    public void A_directory_is_locked_against_a_second_user()
    {
        Assert.That(() => _harness.Store.OpenDirectory(_harness.Log.Path), Throws.InstanceOf<LogDirectoryLockedException>()
            .With.Message.Contains(_harness.Log.Path).And.Property("Directory").EqualTo(_harness.Log.Path));
        _harness.Restart();
    }

    [Test]
    public void A_partition_is_opened_once_at_a_time()
    {
        var partition = _harness.OpenPartition();
        Assert.That(() => _harness.OpenPartition(), Throws.InvalidOperationException);
        partition.Dispose();
        Assert.That(() => _harness.OpenPartition(), Throws.Nothing);
    }

    [TestCase("")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("../escape")]
    public void Names_with_a_path_are_refused(string name)
    {
        var partition = _harness.OpenPartition();
        Assert.That(() => _harness.OpenPartition(name), Throws.ArgumentException);
        Assert.That(() => partition.Rename(name), Throws.ArgumentException);
        Assert.That(() => partition.Blobs.Put(name, [], durable: false), Throws.ArgumentException);
        Assert.That(() => _harness.Log.Blobs.Read(name), Throws.ArgumentException);
    }

    [Test]
    public void A_closed_segment_gives_no_lease_but_keeps_those_that_are_out()
    {
        var partition = _harness.OpenPartition();
        var segment = partition.CreateSegment(0);
        segment.Append(0, 10, fill: 5);
        using var lease = segment.Lease(0, 10);
        partition.Dispose();
        Assert.That(lease.ToArray(), Is.All.EqualTo(5));
        Assert.That(() => segment.Lease(0, 10), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => segment.Append(1, 10), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => segment.Flush(), Throws.Nothing);
    }

    [Test]
    public void Usable_bytes_are_known()
    {
        Assert.That(_harness.Log.UsableBytes, Is.Positive);
        Assert.That(_harness.Log.TotalBytes, Is.GreaterThanOrEqualTo(_harness.Log.UsableBytes));
    }
}
