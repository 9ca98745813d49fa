using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Tests;

public class RecoveryTests
{
    private readonly LogHarness _harness = new();

    [Test]
    public async Task A_kill_keeps_what_was_written()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("a", "b"), leaderEpoch: 3);
        log.AppendAsLeader(Batches.Of("c"), leaderEpoch: 4);
        log = await _harness.KillAndReopenAsync(log);
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a", "1=b", "2=c" }));
        Assert.That(log.LeaderEpochs.Select(entry => (entry.Epoch, entry.StartOffset)), Is.EqualTo(new[] { (3, 0L), (4, 2L) }));
    }

    [Test]
    public async Task A_torn_tail_is_cut_at_the_last_whole_batch()
    {
        var log = await WriteAsync(10);
        var end = log.Size;
        await log.DisposeAsync();
        log.Directory.Dispose();
        Write("00000000000000000000.log", end - 5, length: end - 5);
        log = await _harness.OpenAsync(clean: false);
        Assert.That(log.LogEndOffset, Is.EqualTo(9));
        log.AppendAsLeader(Batches.Of("again"), 0);
        Assert.That(Batches.ReadAll(log)[^2..], Is.EqualTo(new[] { "8=8", "9=again" }));
    }

    [Test]
    public async Task A_batch_that_fails_its_checksum_ends_the_log()
    {
        var log = await WriteAsync(10);
        var size = log.Size / 10;
        await log.DisposeAsync();
        log.Directory.Dispose();
        Write("00000000000000000000.log", (size * 4) + 66, value: 0xee);
        log = await _harness.OpenAsync(clean: false);
        Assert.That(log.LogEndOffset, Is.EqualTo(4));
        Assert.That(Batches.ReadAll(log), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Damage_below_the_recovery_point_is_not_looked_for()
    {
        _harness.Config = _harness.Config with { SegmentBytes = 200 };
        var log = await WriteAsync(10);
        await log.DisposeAsync();
        log.Directory.Dispose();
        Write("00000000000000000000.log", 66, value: 0xee);
        log = await _harness.OpenAsync(clean: false, recoveryPoint: 8);
        Assert.That(log.LogEndOffset, Is.EqualTo(10));
    }

    [TestCase("00000000000000000000.index")]
    [TestCase("00000000000000000000.timeindex")]
    public async Task A_missing_index_is_built_again(string name)
    {
        _harness.Config = _harness.Config with { IndexIntervalBytes = 100 };
        var log = await WriteAsync(10);
        await log.DisposeAsync();
        log.Directory.Dispose();
        var before = _harness.ReadFile(name);
        _harness.Files.DeleteFile($"{LogHarness.Path}/{LogHarness.Partition}/{name}");
        log = await _harness.OpenAsync(clean: true);
        Assert.That(Batches.ReadAll(log), Has.Count.EqualTo(10));
        await log.DisposeAsync();
        Assert.That(_harness.ReadFile(name), Is.EqualTo(before));
    }

    [Test]
    public async Task Zeros_behind_the_last_batch_are_cut()
    {
        var log = await WriteAsync(3);
        var end = log.Size;
        await log.DisposeAsync();
        log.Directory.Dispose();
        Write("00000000000000000000.log", end + 4095, value: 0);
        log = await _harness.OpenAsync(clean: false);
        Assert.That((log.LogEndOffset, log.Size), Is.EqualTo((3L, end)));
    }

    [Test]
    public async Task A_log_that_ends_below_its_start_begins_anew_there()
    {
        var log = await WriteAsync(3);
        await log.DisposeAsync();
        log.Directory.Dispose();
        log = await _harness.OpenAsync(clean: true, logStartOffset: 10);
        Assert.That((log.LogStartOffset, log.LogEndOffset, log.LatestEpoch), Is.EqualTo((10L, 10L, (int?)null)));
        log.AppendAsLeader(Batches.Of("a"), 1);
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "10=a" }));
    }

    [Test]
    public async Task A_full_disk_refuses_appends_and_keeps_the_log_whole()
    {
        var log = await WriteAsync(3);
        _harness.Files.Capacity = 0;
        Assert.That(() => log.AppendAsLeader(Batches.Of("x"), 0), Throws.TypeOf<LogStoreException>().With.Property("IsDiskFull").True);
        Assert.That(log.LogEndOffset, Is.EqualTo(3));
        Assert.That(Batches.ReadAll(log), Has.Count.EqualTo(3));
        _harness.Files.Capacity = long.MaxValue;
        log.AppendAsLeader(Batches.Of("y"), 0);
        log = await _harness.KillAndReopenAsync(log);
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=0", "1=1", "2=2", "3=y" }));
    }

    [Test]
    public async Task A_failed_write_is_not_seen_by_producer_state()
    {
        var log = await _harness.OpenAsync();
        _harness.Files.Fault = (operation, path) =>
        {
            if (operation is "write" && path.EndsWith(".log", StringComparison.Ordinal))
                throw new IOException("broken");
        };
        Assert.That(() => log.AppendAsLeader(Batches.Idempotent(1, 0, 0, "a"), 0), Throws.TypeOf<LogStoreException>());
        _harness.Files.Fault = null;
        Assert.That(log.AppendAsLeader(Batches.Idempotent(1, 0, 0, "a"), 0) is { IsDuplicate: false, FirstOffset: 0 });
    }

    private async Task<PartitionLog> WriteAsync(int count)
    {
        var log = await _harness.OpenAsync();
        for (var index = 0; index < count; index++)
            log.AppendAsLeader(Batches.Of($"{index}"), 0);
        return log;
    }

    private void Write(string name, long position, byte value = 0, long? length = null)
    {
        using var file = _harness.Files.Open($"{LogHarness.Path}/{LogHarness.Partition}/{name}", FileOpenMode.ReadWrite);
        if (length is { } cut)
            file.SetLength(cut);
        else
            file.Write(position, [value]);
    }
}
