using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Plugins.Tests.Storage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Storage.File;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.LogStorage.Tests;

/// <summary>Copies that take a log's place in another directory, and what a crash leaves of it.</summary>
public class LogMoveTests
{
    private static readonly TopicPartition Partition = new("a", 0);
    private static readonly Uuid TopicId = Uuid.Parse("AAAAAAAAAAEAAAAAAAAAAg");

    private readonly FakeTimeProvider _time = new(LogHarness.Start);
    private readonly SimulatedFileSystem _files;
    private InlineEventLoop _background;

    public LogMoveTests()
    {
        _files = new SimulatedFileSystem(_time);
        _background = new InlineEventLoop("background", _time);
    }

    [Test]
    public async Task A_copy_takes_the_logs_place_with_its_offsets_and_epochs()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager);
        var future = await CopyAsync(manager, log);
        Assert.That((future.IsFuture, log.IsFuture), Is.EqualTo((true, false)));
        log.AssignEpochStartOffset(9, 3);
        PartitionLog? told = null;
        Assert.That(await manager.TryReplaceWithFutureAsync(Partition, now => told = now, CancellationToken.None), Is.True);
        Assert.That(manager.TryGetLog(Partition, out var found), Is.True);
        Assert.That(found, Is.SameAs(future).And.SameAs(told));
        Assert.That((future.StoredName, future.Directory.Path, future.HighWatermark, future.LogStartOffset), Is.EqualTo(("a-0", "/d2", 2L, 1L)));
        Assert.That(future.LeaderEpochs.Select(static entry => (entry.Epoch, entry.StartOffset)), Is.EqualTo(log.LeaderEpochs.Select(static entry => (entry.Epoch, entry.StartOffset))));
        Assert.That(log.AppendAsLeader(Batches.Of("late"), 9).Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(future.AppendAsLeader(Batches.Of("d"), 9).FirstOffset, Is.EqualTo(3));
        await StopAsync(manager);
        manager = await StartAsync();
        Assert.That(manager.TryGetLog(Partition, out found), Is.True);
        Assert.That((found!.Directory.Path, found.LogEndOffset, found.LogStartOffset, found.TopicId), Is.EqualTo(("/d2", 4L, 1L, (Uuid?)TopicId)));
    }

    [Test]
    public async Task A_copy_that_has_not_all_of_it_waits()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager);
        await CopyAsync(manager, log);
        log.AppendAsLeader(Batches.Of("more"), 1);
        Assert.That(await manager.TryReplaceWithFutureAsync(Partition, static _ => Assert.Fail(), CancellationToken.None), Is.False);
        Assert.That(log.AppendAsLeader(Batches.Of("and more"), 1).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_copy_that_was_begun_is_there_after_a_crash()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager);
        await CopyAsync(manager, log);
        Kill();
        manager = await StartAsync();
        Assert.That(manager.TryGetLog(Partition, out var found), Is.True);
        Assert.That(found!.Directory.Path, Is.EqualTo("/d1"));
        Assert.That(manager.TryGetFuture(Partition, out var future), Is.True);
        Assert.That(future!.LogEndOffset, Is.EqualTo(3));
    }

    [Test]
    public async Task A_crash_between_the_renames_ends_with_the_copy_in_place()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager);
        await CopyAsync(manager, log);
        Kill();
        _files.Move("/d1/a-0", "/d1/a-0.0123456789abcdef0123456789abcdef-delete");
        manager = await StartAsync();
        Assert.That(manager.TryGetLog(Partition, out var found), Is.True);
        Assert.That((found!.Directory.Path, found.LogEndOffset, found.StoredName), Is.EqualTo(("/d2", 3L, "a-0")));
        Assert.That(manager.TryGetFuture(Partition, out _), Is.False);
    }

    [Test]
    public async Task A_rename_that_fails_leaves_the_log()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager);
        var future = await CopyAsync(manager, log);
        _files.Fault = (operation, path) =>
        {
            if (path.Contains("-future", StringComparison.Ordinal) && operation == "rename")
                throw new IOException("no");
        };
        Assert.That(
            async () => await manager.TryReplaceWithFutureAsync(Partition, static _ => Assert.Fail(), CancellationToken.None),
            Throws.InstanceOf<Spi.Storage.LogStoreException>());
        _files.Fault = null;
        Assert.That((log.StoredName, future.IsFuture), Is.EqualTo(("a-0", true)));
        Assert.That(log.AppendAsLeader(Batches.Of("more"), 1).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Deleting_a_log_deletes_its_copy_too()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager);
        await CopyAsync(manager, log);
        await manager.DeleteAsync(Partition, CancellationToken.None);
        Assert.That(manager.TryGetFuture(Partition, out _), Is.False);
        Assert.That(
            new[] { "/d1", "/d2" }.SelectMany(_files.List).Where(static entry => entry.IsDirectory).Select(static entry => entry.Name),
            Is.All.EndsWith("-delete"));
    }

    [Test]
    public async Task A_log_begins_where_it_was_asked_for()
    {
        var manager = await StartAsync();
        manager.PreferDirectory(Partition, manager.Directories[1]);
        Assert.That((await manager.GetOrCreateAsync(Partition, TopicId, LogConfig.Default, null, CancellationToken.None)).Directory.Path, Is.EqualTo("/d2"));
    }

    private async Task<LogManager> StartAsync()
    {
        var manager = LogManager.Open(new LogManagerOptions
        {
            Store = FileStoragePlugin.CreateStore(
                new PluginContext(NullLoggerFactory.Instance, _time, new Dictionary<string, string>(StringComparer.Ordinal)), _files),
            Directories = ["/d1", "/d2"],
            Time = _time,
            Random = new SeededRandomSource(7),
            Background = _background,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        await manager.StartAsync(static _ => LogConfig.Default, CancellationToken.None);
        return manager;
    }

    /// <summary>A log of three records in the first directory, that starts at the second of them.</summary>
    private static async Task<PartitionLog> CreateAsync(LogManager manager)
    {
        manager.PreferDirectory(Partition, manager.Directories[0]);
        var log = await manager.GetOrCreateAsync(Partition, TopicId, LogConfig.Default, null, CancellationToken.None);
        foreach (var value in new[] { "a", "b", "c" })
            log.AppendAsLeader(Batches.Of(value), 1);
        log.MaybeIncrementHighWatermark(2);
        log.MaybeIncrementLogStartOffset(1, "test");
        return log;
    }

    private static async Task<PartitionLog> CopyAsync(LogManager manager, PartitionLog log)
    {
        var future = await manager.CreateFutureAsync(log, manager.Directories[1], CancellationToken.None);
        while (future.LogEndOffset < log.LogEndOffset)
            Assert.That(future.AppendAsFollower(log.ReadBatches(future.LogEndOffset, 1), 1).Error, Is.EqualTo(ErrorCode.None));
        return future;
    }

    private static async Task StopAsync(LogManager manager)
    {
        await manager.StopAsync(brokerEpoch: 77, CancellationToken.None);
        await manager.DisposeAsync();
    }

    private void Kill()
    {
        _files.KillProcess();
        _background = new InlineEventLoop("background", _time);
    }
}
