using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.LogStorage.Checkpoints;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Plugins.Tests.Storage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.File;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.LogStorage.Tests;

public class LogManagerTests
{
    private static readonly TopicPartition First = new("a", 0);
    private static readonly TopicPartition Second = new("dash-ed.topic_1", 12);
    private static readonly Uuid TopicId = Uuid.Parse("AAAAAAAAAAEAAAAAAAAAAg");
    private static readonly LogConfig Config = LogConfig.Default with { FileDeleteDelayMs = 1000 };

    private readonly FakeTimeProvider _time = new(LogHarness.Start);
    private readonly SimulatedFileSystem _files;
    private InlineEventLoop _background;

    public LogManagerTests()
    {
        _files = new SimulatedFileSystem(_time);
        _background = new InlineEventLoop("background", _time);
    }

    [Test]
    public async Task Logs_are_created_found_and_there_after_a_restart()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager, First);
        Assert.That(await CreateAsync(manager, First), Is.SameAs(log));
        await CreateAsync(manager, Second);
        log.AppendAsLeader(Batches.Of("x", "y"), 3);
        log.MaybeIncrementHighWatermark(1);
        await StopAsync(manager);
        manager = await StartAsync();
        Assert.That(manager.Directories[0].HadCleanShutdown);
        Assert.That(manager.Directories[0].CleanShutdownBrokerEpoch, Is.EqualTo(77));
        Assert.That(manager.Logs, Has.Count.EqualTo(2));
        Assert.That(manager.TryGetLog(First, out var found));
        Assert.That((found!.LogEndOffset, found.HighWatermark, found.TopicId, found.LatestEpoch), Is.EqualTo((2L, 1L, (Uuid?)TopicId, (int?)3)));
        Assert.That(manager.TryGetLog(new TopicPartition("a", 1), out _), Is.False);
    }

    [Test]
    public async Task The_marker_of_a_clean_shutdown_is_there_only_after_one()
    {
        const string marker = "/d1/.kafka_cleanshutdown";
        var manager = await StartAsync();
        Assert.That(_files.Find(marker), Is.Null);
        await StopAsync(manager);
        Assert.That(Read(marker), Is.EqualTo("{\"version\":0,\"brokerEpoch\":77}"));
        manager = await StartAsync();
        Assert.That(_files.Find(marker), Is.Null);
        Kill();
        manager = await StartAsync();
        Assert.That(manager.Directories[0].HadCleanShutdown, Is.False);
    }

    [Test]
    public async Task A_start_that_came_to_nothing_leaves_the_directory_as_clean_as_it_was()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager, First);
        log.AppendAsLeader(Batches.Of("x", "y"), 0);
        log.UpdateHighWatermark(2);
        log.MaybeIncrementLogStartOffset(1, "test");
        await StopAsync(manager);
        manager = Open();
        await StopAsync(manager);
        manager = await StartAsync();
        Assert.That(manager.Directories[0].HadCleanShutdown);
        Assert.That(manager.TryGetLog(First, out var found) && found.LogStartOffset == 1);
    }

    [Test]
    public async Task Checkpoints_are_written_by_the_clock_and_used_after_a_kill()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager, First);
        log.AppendAsLeader(Batches.Of("x", "y"), 0);
        log.Roll();
        log.AppendAsLeader(Batches.Of("z"), 0);
        log.MaybeIncrementHighWatermark(3);
        log.MaybeIncrementLogStartOffset(1, "test");
        Tick(TimeSpan.FromMinutes(2));
        Assert.That(Read("/d1/recovery-point-offset-checkpoint"), Is.EqualTo("0\n1\na 0 2\n"));
        Assert.That(Read("/d1/log-start-offset-checkpoint"), Is.EqualTo("0\n1\na 0 1\n"));
        Assert.That(Read("/d1/replication-offset-checkpoint"), Is.EqualTo("0\n1\na 0 3\n"));
        Kill();
        manager = await StartAsync();
        Assert.That(manager.TryGetLog(First, out var found));
        Assert.That((found!.LogStartOffset, found.HighWatermark, found.LogEndOffset), Is.EqualTo((1L, 3L, 3L)));
    }

    [Test]
    public async Task A_deleted_log_is_renamed_at_once_and_goes_after_its_delay()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager, First);
        log.AppendAsLeader(Batches.Of("x"), 0);
        Assert.That(await manager.DeleteAsync(First, CancellationToken.None));
        Assert.That(await manager.DeleteAsync(First, CancellationToken.None), Is.False);
        Assert.That(manager.TryGetLog(First, out _), Is.False);
        Assert.That(Names(), Has.One.Matches<string>(name => name.StartsWith("a-0.", StringComparison.Ordinal) && name.EndsWith("-delete", StringComparison.Ordinal)));
        Assert.That(log.AppendAsLeader(Batches.Of("y"), 0).Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        var again = await CreateAsync(manager, First);
        Assert.That((again.LogEndOffset, again.HighWatermark), Is.EqualTo((0L, 0L)));
        Tick(TimeSpan.FromSeconds(2));
        Assert.That(Names(), Has.None.EndsWith("-delete"));
        Assert.That(Names(), Has.One.EqualTo("a-0"));
    }

    [Test]
    public async Task Logs_that_are_deleted_together_are_taken_out_of_the_checkpoints_together()
    {
        var manager = await StartAsync();
        List<TopicPartition> many = [.. Enumerable.Range(0, 50).Select(static number => new TopicPartition("many", number))];
        foreach (var partition in many.Append(First))
            (await CreateAsync(manager, partition)).AppendAsLeader(Batches.Of("x"), 0);
        manager.CheckpointHighWatermarks();
        var written = new List<string>();
        _files.Fault = (operation, path) =>
        {
            if (path.Contains("checkpoint", StringComparison.Ordinal) && operation == "rename")
                written.Add(path);
        };
        var faults = new List<TopicPartition>();

        Assert.That(await manager.DeleteAsync([.. many, Second], (partition, _) => faults.Add(partition), CancellationToken.None), Is.EqualTo(50));

        Assert.That(faults, Is.Empty);
        Assert.That(written, Is.Unique.And.Not.Empty);
        Assert.That(Read("/d1/replication-offset-checkpoint"), Does.StartWith("0\n1\na 0 "));
        Assert.That(manager.Logs, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_log_that_cannot_be_deleted_keeps_no_other_from_it()
    {
        var manager = await StartAsync();
        await CreateAsync(manager, First);
        await CreateAsync(manager, Second);
        _files.Fault = (operation, path) =>
        {
            if (path.Contains("/a-0", StringComparison.Ordinal) && operation == "rename")
                throw new IOException("broken");
        };
        var faults = new List<TopicPartition>();

        Assert.That(await manager.DeleteAsync([First, Second], (partition, _) => faults.Add(partition), CancellationToken.None), Is.EqualTo(1));
        Assert.That(faults, Is.EqualTo(new[] { First }));
    }

    [Test]
    public async Task A_log_whose_deletion_was_interrupted_is_deleted_after_the_restart()
    {
        var manager = await StartAsync();
        await CreateAsync(manager, First);
        await manager.DeleteAsync(First, CancellationToken.None);
        Kill();
        manager = await StartAsync();
        Assert.That(manager.Logs, Is.Empty);
        Assert.That(Names(), Has.One.EndsWith("-delete"));
        Tick(TimeSpan.FromMinutes(1));
        Assert.That(Names(), Has.None.EndsWith("-delete"));
    }

    [Test]
    public async Task Logs_are_spread_over_the_directories_or_go_where_they_are_assigned()
    {
        var manager = await StartAsync("/d1", "/d2");
        var directoryId = Uuid.Parse("AAAAAAAAAAIAAAAAAAAAAw");
        manager.Directories[1].Format(new MetaProperties("cluster", 1, directoryId));
        for (var partition = 0; partition < 4; partition++)
            await CreateAsync(manager, new TopicPartition("t", partition));
        Assert.That(manager.Logs.GroupBy(log => log.Directory.Path).Select(group => group.Count()), Is.All.EqualTo(2));
        for (var partition = 4; partition < 8; partition++)
            await manager.GetOrCreateAsync(new TopicPartition("t", partition), TopicId, Config, directoryId, CancellationToken.None);
        Assert.That(manager.Logs.Count(log => log.Directory.Path is "/d2"), Is.EqualTo(6));
        await StopAsync(manager);
        manager = await StartAsync("/d1", "/d2");
        Assert.That(manager.Logs, Has.Count.EqualTo(8));
    }

    [Test]
    public async Task A_partition_in_two_directories_stops_the_start()
    {
        var manager = await StartAsync("/d1");
        await CreateAsync(manager, First);
        await StopAsync(manager);
        manager = await StartAsync("/d2");
        await CreateAsync(manager, First);
        await StopAsync(manager);
        Assert.That(async () => await StartAsync("/d1", "/d2"), Throws.TypeOf<LogStoreException>().With.Message.Contains("/d1").And.Message.Contains("/d2"));
    }

    [Test]
    public void A_directory_in_use_stops_the_start()
    {
        var manager = Open();
        Assert.That(() => Open(), Throws.TypeOf<LogDirectoryLockedException>());
        Assert.That(manager.Directories, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_log_of_another_topic_id_is_not_taken_over()
    {
        var manager = await StartAsync();
        await CreateAsync(manager, First);
        Assert.That(
            async () => await manager.GetOrCreateAsync(First, Uuid.One, Config, directoryId: null, CancellationToken.None),
            Throws.TypeOf<InvalidOperationException>());
    }

    [Test]
    public async Task Old_segments_and_producers_go_by_the_clock()
    {
        var manager = await StartAsync();
        var log = await manager.GetOrCreateAsync(
            First, TopicId, Config with { RetentionMs = 60_000, ProducerIdExpirationMs = 60_000 }, directoryId: null, CancellationToken.None);
        log.AppendAsLeader(Batches.Idempotent(1, 0, 0, "x"), 0);
        log.MaybeIncrementHighWatermark(1);
        Tick(TimeSpan.FromMinutes(20));
        Assert.That((log.LogStartOffset, log.ProducerCount), Is.EqualTo((1L, 0)));
    }

    [Test]
    public async Task The_quorums_log_is_opened_apart()
    {
        var manager = Open();
        var metadata = await manager.OpenMetadataLogAsync("/d1", Config, CancellationToken.None);
        metadata.AppendAsLeader(Batches.Replicated(0, 1, "a"), 1, AppendOrigin.RaftLeader);
        await manager.StartAsync(_ => Config, CancellationToken.None);
        Assert.That(manager.Logs, Is.Empty);
        await StopAsync(manager);
        Assert.That(Read("/d1/__cluster_metadata-0/partition.metadata"), Is.EqualTo("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ\n"));
        manager = Open();
        metadata = await manager.OpenMetadataLogAsync("/d1", Config, CancellationToken.None);
        Assert.That(metadata.LogEndOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_thousand_logs_open_quickly()
    {
        var manager = await StartAsync();
        for (var partition = 0; partition < 1000; partition++)
            (await CreateAsync(manager, new TopicPartition("t", partition))).AppendAsLeader(Batches.Of("x"), 0);
        await StopAsync(manager);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        manager = await StartAsync();
        Assert.That(manager.Logs, Has.Count.EqualTo(1000));
        TestContext.Out.WriteLine($"1000 logs opened in {clock.ElapsedMilliseconds} ms");
        Assert.That(clock.ElapsedMilliseconds, Is.LessThan(3000));
    }

    private LogManager Open(params string[] directories) => LogManager.Open(new LogManagerOptions
    {
        Store = FileStoragePlugin.CreateStore(
            new PluginContext(NullLoggerFactory.Instance, _time, new Dictionary<string, string>(StringComparer.Ordinal)), _files),
        Directories = directories.Length == 0 ? ["/d1"] : directories,
        Time = _time,
        Random = new SeededRandomSource(7),
        Background = _background,
        LoggerFactory = NullLoggerFactory.Instance,
    });

    private async Task<LogManager> StartAsync(params string[] directories)
    {
        var manager = Open(directories);
        await manager.StartAsync(_ => Config, CancellationToken.None);
        return manager;
    }

    private static async Task<PartitionLog> CreateAsync(LogManager manager, TopicPartition partition) =>
        await manager.GetOrCreateAsync(partition, TopicId, Config, directoryId: null, CancellationToken.None);

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

    private void Tick(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _background.RunPending();
        }
    }

    private IReadOnlyList<string> Names() => [.. _files.List("/d1").Where(entry => entry.IsDirectory).Select(entry => entry.Name)];

    private string Read(string path)
    {
        using var file = _files.Open(path, FileOpenMode.Read);
        var content = new byte[file.Length];
        file.Read(0, content);
        return Encoding.UTF8.GetString(content);
    }
}
