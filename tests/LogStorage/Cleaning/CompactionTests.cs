using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Tests.Cleaning;

[TestFixture(false)]
[TestFixture(true)]
public class CompactionTests(bool inMemory)
{
    private readonly LogHarness _harness = new(inMemory) { Config = Compaction.Config };

    [Test]
    public async Task The_last_record_of_each_key_stays_with_its_offset()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1", "b=1", "a=2");
        log.Roll();
        Compaction.Append(log, "c=1");
        Compaction.Append(log, "a=3", "c=2");
        log.Roll();
        Compaction.Append(log, "a=active");
        Compaction.Clean(log, _harness.Time);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:b=1", "4:a=3", "5:c=2", "6:a=active" }));
        Assert.That((log.SegmentCount, log.LogStartOffset, log.LogEndOffset, log.CleanedOffset), Is.EqualTo((2, 0L, 7L, (long?)6L)));
        Assert.That(log.FindOffset(LogHarness.Start.ToUnixTimeMilliseconds())!.Value.Offset, Is.EqualTo(1));
        log = await _harness.ReopenAsync(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:b=1", "4:a=3", "5:c=2", "6:a=active" }));
    }

    [Test]
    public async Task A_batch_of_which_nothing_goes_stays_byte_for_byte()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, new RecordBatchOptions { Compression = CompressionType.Gzip }, _harness.Now, "a=1", "b=1");
        Compaction.Append(log, "c=1");
        var before = Compaction.BatchesOf(log);
        Clean(log);
        Assert.That(Compaction.BatchesOf(log), Is.EqualTo(before));
    }

    [Test]
    public async Task A_batch_of_which_some_records_go_keeps_its_header_and_compression()
    {
        var log = await _harness.OpenAsync();
        var options = new RecordBatchOptions { Compression = CompressionType.Gzip, ProducerId = 7, ProducerEpoch = 3, BaseSequence = 0 };
        Compaction.Append(log, options, _harness.Now, "a=1", "b=1", "a=2", "c=1");
        Compaction.Append(log, "c=2");
        Clean(log);
        var bytes = Compaction.BatchesOf(log)[0];
        Assert.That(RecordBatchView.TryRead(bytes, out var batch), Is.EqualTo(RecordSetStatus.Ok));
        Assert.That((batch.BaseOffset, batch.LastOffset, batch.RecordCount, batch.Compression), Is.EqualTo((0L, 3L, 2, CompressionType.Gzip)));
        Assert.That((batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.LastSequence, batch.PartitionLeaderEpoch), Is.EqualTo((7L, (short)3, 0, 3, 0)));
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:b=1", "2:a=2", "4:c=2" }));
    }

    [Test]
    public async Task Tombstones_stay_for_their_time_and_go_with_the_next_cleaning_after_it()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1", "b=1");
        Compaction.Append(log, "a");
        Compaction.Append(log, "c=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:b=1", "2:a", "3:c=1" }));
        var bytes = Compaction.BatchesOf(log)[1];
        _ = RecordBatchView.TryRead(bytes, out var batch);
        Assert.That(batch.DeleteHorizonMs, Is.EqualTo(_harness.Now + _harness.Config.DeleteRetentionMs));
        Assert.That(batch.MaxTimestamp, Is.EqualTo(LogHarness.Start.ToUnixTimeMilliseconds()), "the record keeps its time");
        _harness.Time.Advance(TimeSpan.FromSeconds(59));
        Compaction.Append(log, "d=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Has.Member("2:a"));
        _harness.Time.Advance(TimeSpan.FromSeconds(1));
        Compaction.Append(log, "e=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:b=1", "3:c=1", "4:d=1", "5:e=1" }));
    }

    [Test]
    public async Task Records_without_a_key_go()
    {
        _harness.Config = _harness.Config with { CleanupPolicy = CleanupPolicy.Delete };
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "=1", "b=1", "=2");
        Compaction.Append(log, "c=1");
        log.UpdateConfig(Compaction.Config);
        Assert.That(Clean(log)!.RecordsWithoutKey, Is.EqualTo(2));
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:b=1", "3:c=1" }));
    }

    [Test]
    public async Task The_last_batch_of_a_producer_stays_if_only_empty_and_its_sequence_with_it()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, new RecordBatchOptions { ProducerId = 7, BaseSequence = 0 }, _harness.Now, "a=1");
        Compaction.Append(log, new RecordBatchOptions { ProducerId = 7, BaseSequence = 1 }, _harness.Now, "a=2", "a=3");
        Compaction.Append(log, "a=4");
        Clean(log);
        var batches = Compaction.BatchesOf(log);
        Assert.That(batches, Has.Count.EqualTo(2));
        _ = RecordBatchView.TryRead(batches[0], out var empty);
        Assert.That((empty.BaseOffset, empty.LastOffset, empty.RecordCount, empty.LastSequence), Is.EqualTo((1L, 2L, 0, 2)));
        Assert.That(empty.MaxTimestamp, Is.EqualTo(_harness.Now));
        if (!inMemory)
        {
            log = await _harness.KillAndReopenAsync(log);
            Assert.That(log.DescribeProducers().Single().LastSequence, Is.EqualTo(2));
        }

        _harness.Time.Advance(TimeSpan.FromMilliseconds(log.Config.ProducerIdExpirationMs));
        log.RemoveExpiredProducers();
        Compaction.Append(log, "b=1");
        Clean(log);
        Assert.That(Compaction.BatchesOf(log), Has.Count.EqualTo(2), "nobody knows the producer any more");
    }

    [Test]
    public async Task The_last_batch_of_what_is_cleaned_stays_so_that_its_last_offset_is_not_lost()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1");
        Compaction.Append(log, "b=1");
        Compaction.Append(log, "b");
        Clean(log);
        _harness.Time.Advance(TimeSpan.FromMinutes(2));
        Compaction.Append(log, "a");
        Clean(log);
        _harness.Time.Advance(TimeSpan.FromMinutes(2));
        // Nothing is dirty behind the tombstone, which is the last batch: its own segment is cleaned once more.
        log.SetCleanedOffset(0);
        Compaction.Clean(log, _harness.Time);
        var last = Compaction.BatchesOf(log).Single();
        _ = RecordBatchView.TryRead(last, out var batch);
        Assert.That((batch.BaseOffset, batch.LastOffset, batch.RecordCount), Is.EqualTo((3L, 3L, 0)));
    }

    [Test]
    public async Task What_was_aborted_goes_at_once_and_its_marker_after_its_time()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1");
        Append(log, Transactional(7, 0, "a=aborted"));
        Append(log, Transactional(7, 1, "b=aborted"));
        Append(log, Batches.Marker(7, 0, commit: false));
        Compaction.Append(log, "c=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "0:a=1", "3:marker", "4:c=1" }));
        Assert.That(log.CollectAbortedTransactions(0, 10), Is.EqualTo(new[] { new AbortedTransaction(7, 1, 3, 4) }), "the empty last batch of the producer is left");
        ForgetProducers(log);
        Compaction.Append(log, "d=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Has.Member("3:marker"), "the first cleaning without a batch of the transaction sets its time");
        Assert.That(log.CollectAbortedTransactions(0, 10), Is.Empty.Or.Count.EqualTo(1));
        _harness.Time.Advance(TimeSpan.FromMinutes(1));
        Compaction.Append(log, "e=1");
        Clean(log);
        _harness.Time.Advance(TimeSpan.FromMinutes(1));
        Compaction.Append(log, "f=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "0:a=1", "4:c=1", "5:d=1", "6:e=1", "7:f=1" }));
        Assert.That(log.CollectAbortedTransactions(0, 10), Is.Empty);
    }

    [Test]
    public async Task A_commit_marker_stays_while_a_record_of_its_transaction_does()
    {
        var log = await _harness.OpenAsync();
        Append(log, Transactional(7, 0, "a=1"));
        Append(log, Batches.Marker(7, 0, commit: true));
        Compaction.Append(log, "b=1");
        ForgetProducers(log);
        Clean(log);
        _harness.Time.Advance(TimeSpan.FromMinutes(2));
        Compaction.Append(log, "c=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "0:a=1", "1:marker", "2:b=1", "3:c=1" }));
        Compaction.Append(log, "a=2");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:marker", "2:b=1", "3:c=1", "4:a=2" }));
        Compaction.Append(log, "d=1");
        Clean(log);
        _harness.Time.Advance(TimeSpan.FromMinutes(2));
        Compaction.Append(log, "e=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "2:b=1", "3:c=1", "4:a=2", "5:d=1", "6:e=1" }));
    }

    [Test]
    public async Task Nothing_of_a_transaction_that_goes_on_is_cleaned()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1");
        log.Roll();
        Append(log, Transactional(7, 0, "a=open"));
        log.Roll();
        Compaction.Append(log, "a=2");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "0:a=1", "1:a=open", "2:a=2" }));
        Assert.That(log.CleanedOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task More_keys_than_the_map_holds_are_cleaned_in_several_rounds()
    {
        var log = await _harness.OpenAsync();
        for (var index = 0; index < 30; index++)
            Compaction.Append(log, $"k{index % 20}={index}");
        log.Roll();
        var resources = new CompactionResources { Time = _harness.Time, Throttle = new CleanerThrottle(_harness.Time), MapBytes = OffsetMap.EntryBytes * 10 };
        var rounds = 0;
        while (Compaction.Clean(log, _harness.Time, resources) is not null)
            rounds++;
        Assert.That(rounds, Is.EqualTo(4));
        Assert.That(Compaction.Show(log), Is.EqualTo(Enumerable.Range(10, 20).Select(index => $"{index}:k{index % 20}={index}")));
    }

    [Test]
    public async Task A_batch_with_more_keys_than_the_map_holds_is_no_reason_to_go_round_for_ever()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1", "b=1", "c=1");
        log.Roll();
        var resources = new CompactionResources { Time = _harness.Time, Throttle = new CleanerThrottle(_harness.Time), MapBytes = OffsetMap.EntryBytes * 3 };
        Assert.That(() => Compaction.Clean(log, _harness.Time, resources), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("log.cleaner.dedupe.buffer.size"));
    }

    [Test]
    public async Task A_reader_keeps_what_it_leased_and_the_files_go_after_their_delay()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1");
        Compaction.Append(log, "a=2");
        log.Roll();
        Compaction.Append(log, "z=1");
        var lease = log.Read(0, 10_000, ReadIsolation.LogEnd, minOneMessage: true).Lease!;
        Clean(log);
        // Cleaned again before the first files are gone: both have the same name.
        Compaction.Append(log, "a=3");
        Clean(log);
        Assert.That(Batches.Records(lease).Select(record => record.Value), Is.EqualTo(new[] { "1", "2" }));
        _harness.Time.Advance(TimeSpan.FromSeconds(2));
        _harness.Background.RunPending();
        Assert.That(Batches.Records(lease).Select(record => record.Value), Is.EqualTo(new[] { "1", "2" }));
        lease.Dispose();
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "2:z=1", "3:a=3" }));
        if (!inMemory)
            Assert.That(_harness.ListFiles(), Has.None.Contains("cleaned").And.None.Contains("deleted").And.None.Contains("swap"));
    }

    [Test]
    public async Task What_was_truncated_meanwhile_is_not_what_records_go_for()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1");
        log.Roll();
        Compaction.Append(log, "a=2");
        log.Roll();
        var snapshot = log.TakeCleaningSnapshot();
        var plan = CleaningPlan.Of(snapshot.Facts, _harness.Now);
        await log.TruncateToAsync(1, CancellationToken.None);
        log.AppendAsLeader(Compaction.Batch(new RecordBatchOptions(), _harness.Now, "b=1"), 0);
        log.Roll();
        var resources = new CompactionResources { Time = _harness.Time, Throttle = new CleanerThrottle(_harness.Time) };
        Assert.That(
            () => new LogCompaction(log, snapshot, plan, resources, CancellationToken.None).Run(out _), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "0:a=1", "1:b=1" }));
    }

    [Test]
    public async Task A_record_does_not_go_before_the_later_one_of_its_key_is_on_disk([Range(1, 10)] int seed)
    {
        if (inMemory)
            return;
        _harness.Config = _harness.Config with { SegmentBytes = 100 };
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1");
        Compaction.Append(log, "a=2");
        Compaction.Append(log, "z=1");
        Assert.That(log.SegmentCount, Is.EqualTo(3));
        // Nothing has flushed the rolled segments yet; power goes when the first was replaced, and the second is still to come.
        var renames = 0;
        _harness.Files.Fault = (operation, path) => renames += operation == "rename" && path.EndsWith(".log.swap", StringComparison.Ordinal) ? 1 : 0;
        _harness.Files.Fault += (operation, _) =>
        {
            if (renames > 0 && operation == "open")
                throw new IOException("The power is gone");
        };
        Assert.That(() => Compaction.Clean(log, _harness.Time), Throws.InstanceOf<IOException>());
        _harness.Files.Fault = null;
        log = await _harness.LosePowerAndReopenAsync(log, seed);
        Assert.That(Compaction.Show(log), Has.Member("1:a=2"));
    }

    [Test]
    public async Task Offsets_that_cleaning_took_are_no_loss_after_a_kill_though_the_log_is_compacted_no_longer()
    {
        if (inMemory)
            return;
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1");
        log.Roll();
        Compaction.Append(log, "b=1");
        Compaction.Append(log, "b=2");
        log.Roll();
        _harness.Config = _harness.Config with { SegmentBytes = 100 };
        log.UpdateConfig(_harness.Config);
        Compaction.Clean(log, _harness.Time);
        Compaction.Append(log, "a=2");
        Compaction.Append(log, "b=3");
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "0:a=1", "2:b=2", "3:a=2", "4:b=3" }));
        Compaction.Clean(log, _harness.Time);
        var left = Compaction.Show(log);
        Assert.That(left[0], Is.Not.EqualTo("0:a=1"));
        var cleaned = log.CleanedOffset;
        _harness.Config = _harness.Config with { CleanupPolicy = CleanupPolicy.Delete };
        log = await _harness.KillAndReopenAsync(log, cleaned);
        Assert.That(Compaction.Show(log), Is.EqualTo(left));
    }

    [Test]
    public async Task A_truncation_lowers_the_offset_up_to_which_the_log_is_clean()
    {
        var log = await _harness.OpenAsync();
        Compaction.Append(log, "a=1");
        Compaction.Append(log, "b=2");
        Clean(log);
        Assert.That(log.CleanedOffset, Is.EqualTo(2));
        await log.TruncateToAsync(1, CancellationToken.None);
        Assert.That(log.CleanedOffset, Is.EqualTo(1));
        await log.TruncateFullyAndStartAtAsync(0, null, CancellationToken.None);
        Assert.That(log.CleanedOffset, Is.Zero);
    }

    [Test]
    public async Task Leader_epochs_and_producer_snapshots_outlive_cleaning()
    {
        var log = await _harness.OpenAsync();
        Append(log, Compaction.Batch(new RecordBatchOptions { ProducerId = 1, BaseSequence = 0 }, _harness.Now, "a=1"), 3);
        log.Roll();
        Append(log, Compaction.Batch(new RecordBatchOptions(), _harness.Now, "a=2"), 4);
        log.Roll();
        Append(log, Compaction.Batch(new RecordBatchOptions(), _harness.Now, "a=3"), 5);
        Clean(log);
        Assert.That(log.LeaderEpochs.Select(epoch => (epoch.Epoch, epoch.StartOffset)), Is.EqualTo(new[] { (3, 0L), (4, 1L), (5, 2L) }));
        Assert.That(log.Blobs.List().Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal)), Is.EqualTo(new[] { "00000000000000000003.snapshot" }));
        log = await _harness.ReopenAsync(log);
        Assert.That(log.LeaderEpochs.Select(epoch => (epoch.Epoch, epoch.StartOffset)), Is.EqualTo(new[] { (3, 0L), (4, 1L), (5, 2L) }));
        Assert.That(log.DescribeProducers().Single().LastSequence, Is.Zero);
    }

    [Test]
    public async Task Messages_of_the_old_formats_are_cleaned_too()
    {
        // Such a tombstone goes by the age of its segment, so that one must not become one with younger ones.
        _harness.Config = _harness.Config with { SegmentBytes = 150 };
        var log = await _harness.OpenAsync();
        log.AppendAsFollower(LegacyMessage(0, "a", "1"), 0);
        log.AppendAsFollower(LegacyMessage(1, "b", "1"), 0);
        log.AppendAsFollower(LegacyMessage(2, "c", null), 0);
        log.AppendAsFollower(LegacyMessage(3, "a", "2"), 0);
        log.Roll();
        Compaction.Append(log, "z=1");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:b=1", "2:c", "3:a=2", "4:z=1" }));
        _harness.Time.Advance(TimeSpan.FromMinutes(2));
        Compaction.Append(log, "z=2");
        Clean(log);
        _harness.Time.Advance(TimeSpan.FromMinutes(2));
        Compaction.Append(log, "z=3");
        Clean(log);
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "1:b=1", "3:a=2", "6:z=3" }));
    }

    private static byte[] LegacyMessage(long offset, string key, string? value)
    {
        var (keyBytes, valueBytes) = (System.Text.Encoding.UTF8.GetBytes(key), value is null ? [] : System.Text.Encoding.UTF8.GetBytes(value));
        var bytes = new byte[12 + 22 + keyBytes.Length + valueBytes.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, offset);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), bytes.Length - 12);
        bytes[16] = 1;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(18), LogHarness.Start.ToUnixTimeMilliseconds());
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(26), keyBytes.Length);
        keyBytes.CopyTo(bytes, 30);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(30 + keyBytes.Length), value is null ? -1 : valueBytes.Length);
        valueBytes.CopyTo(bytes, 34 + keyBytes.Length);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), Core.Checksums.Crc32.Compute(bytes.AsSpan(16)));
        return bytes;
    }

    private static Memory<byte> Transactional(long producerId, int sequence, params string[] records) => Compaction.Batch(
        new RecordBatchOptions { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence, IsTransactional = true },
        LogHarness.Start.ToUnixTimeMilliseconds(),
        records);

    private static void Append(PartitionLog log, Memory<byte> batch, int epoch = 0)
    {
        Assert.That(log.AppendAsLeader(batch, epoch, AppendOrigin.Coordinator).Error, Is.EqualTo(Protocol.ErrorCode.None));
        log.UpdateHighWatermark(log.LogEndOffset);
    }

    private static void ForgetProducers(PartitionLog log)
    {
        log.UpdateConfig(log.Config with { ProducerIdExpirationMs = 0 });
        Assert.That(log.RemoveExpiredProducers(), Is.GreaterThan(0));
    }

    private CleaningStatistics? Clean(PartitionLog log)
    {
        log.UpdateHighWatermark(log.LogEndOffset);
        log.Roll();
        return Compaction.Clean(log, _harness.Time);
    }
}
