using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Plugins.Tests.Storage;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.File;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.LogStorage.Tests.Cleaning;

public class LogCleanerTests
{
    private static readonly TopicPartition s_first = new("a", 0);
    private static readonly TopicPartition s_second = new("b", 1);

    private readonly FakeTimeProvider _time = new(LogHarness.Start);
    private readonly SimulatedFileSystem _files;
    private readonly InlineEventLoop _background;
    private readonly List<InlineEventLoop> _threads = [];
    private LogConfig _config = Compaction.Config;
    private LogCleanerConfig? _cleaner = new();

    public LogCleanerTests()
    {
        _files = new SimulatedFileSystem(_time);
        _background = new InlineEventLoop("background", _time);
    }

    [Test]
    public async Task The_dirtiest_log_is_cleaned_first_and_then_the_next()
    {
        _config = Compaction.Config with { MinCleanableDirtyRatio = 0.3 };
        await using var manager = await StartAsync();
        var first = await CreateAsync(manager, s_first);
        Fill(first, 20);
        var second = await CreateAsync(manager, s_second);
        Fill(second, 10);
        first.SetCleanedOffset(5);
        Assert.That(_threads.Single().Name, Is.EqualTo("kafka-log-cleaner-thread-0"));
        _threads[0].RunOne();
        Assert.That((second.CleanedOffset, first.CleanedOffset), Is.EqualTo(((long?)10, (long?)5)));
        _threads[0].RunOne();
        Assert.That(first.CleanedOffset, Is.EqualTo(20));
        Assert.That(manager.Cleaner!.MaxDirtyPercent, Is.InRange(50, 99));
        Assert.That((Compaction.Show(first).Count, Compaction.Show(second).Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Where_there_is_nothing_to_clean_it_rests_for_the_backoff()
    {
        await using var manager = await StartAsync();
        var log = await CreateAsync(manager, s_first);
        RunAll();
        Fill(log, 10);
        RunAll();
        Assert.That(log.CleanedOffset, Is.Null);
        _time.Advance(TimeSpan.FromSeconds(14));
        RunAll();
        Assert.That(log.CleanedOffset, Is.Null);
        _time.Advance(TimeSpan.FromSeconds(2));
        RunAll();
        Assert.That(log.CleanedOffset, Is.EqualTo(10));
    }

    [Test]
    public async Task The_checkpoint_is_Kafkas_and_a_restart_goes_on_from_it()
    {
        var manager = await StartAsync();
        Fill(await CreateAsync(manager, s_first), 10);
        Fill(await CreateAsync(manager, s_second), 7);
        RunAll();
        Assert.That(Read("/d1/cleaner-offset-checkpoint"), Is.EqualTo("0\n2\na 0 10\nb 1 7\n").Or.EqualTo("0\n2\nb 1 7\na 0 10\n"));
        await manager.StopAsync(-1, CancellationToken.None);
        await manager.DisposeAsync();
        manager = await StartAsync();
        Assert.That(manager.TryGetLog(s_first, out var log));
        Assert.That(log!.CleanedOffset, Is.EqualTo(10));
        await manager.DeleteAsync(s_first, CancellationToken.None);
        Assert.That(Read("/d1/cleaner-offset-checkpoint"), Is.EqualTo("0\n1\nb 1 7\n"));
        log = await CreateAsync(manager, s_first);
        Assert.That(log.CleanedOffset, Is.Null);
        await manager.DisposeAsync();
    }

    [Test]
    public async Task Logs_that_are_not_compacted_are_left_alone()
    {
        _config = Compaction.Config with { CleanupPolicy = CleanupPolicy.Delete };
        await using var manager = await StartAsync();
        var log = await CreateAsync(manager, s_first);
        Fill(log, 10);
        RunAll();
        Assert.That((log.CleanedOffset, log.LogEndOffset, Compaction.Show(log).Count), Is.EqualTo(((long?)null, 10L, 10)));
    }

    [Test]
    public async Task With_both_policies_old_segments_go_too()
    {
        _config = Compaction.Config with { CleanupPolicy = CleanupPolicy.Compact | CleanupPolicy.Delete, RetentionMs = 100_000 };
        await using var manager = await StartAsync();
        var log = await CreateAsync(manager, s_first);
        Fill(log, 10);
        RunAll();
        Assert.That(Compaction.Show(log), Is.EqualTo(new[] { "9:k=9" }));
        _time.Advance(TimeSpan.FromSeconds(101));
        RunAll();
        Assert.That((log.LogStartOffset, log.SegmentCount), Is.EqualTo((10L, 1)));
        Fill(log, 5);
        _time.Advance(TimeSpan.FromSeconds(16));
        RunAll();
        Assert.That(log.CleanedOffset, Is.EqualTo(15));
    }

    [Test]
    public async Task A_corrupt_log_is_left_as_it_is_and_does_not_hold_up_the_others()
    {
        await using var manager = await StartAsync();
        var first = await CreateAsync(manager, s_first);
        Fill(first, 10);
        var second = await CreateAsync(manager, s_second);
        Fill(second, 10);
        using (var file = _files.Open("/d1/a-0/00000000000000000000.log", FileOpenMode.ReadWrite))
            file.Write(200, [0xff, 0xff, 0xff]);
        RunAll();
        Assert.That(manager.Cleaner!.UncleanableLogs, Is.EqualTo(new[] { first }));
        _time.Advance(TimeSpan.FromSeconds(16));
        RunAll();
        Assert.That((first.CleanedOffset, second.CleanedOffset), Is.EqualTo(((long?)null, (long?)10)));
        Assert.That(_files.List("/d1/a-0").Select(file => file.Name), Has.None.Contains("cleaned"));
    }

    [Test]
    public async Task A_full_disk_makes_it_try_again_later()
    {
        await using var manager = await StartAsync();
        var log = await CreateAsync(manager, s_first);
        Fill(log, 10);
        _files.Capacity = 10;
        RunAll();
        Assert.That(log.CleanedOffset, Is.Null);
        Assert.That(Compaction.Show(log), Has.Count.EqualTo(10));
        Assert.That(_files.List("/d1/a-0").Select(file => file.Name), Has.None.Contains("cleaned"));
        _files.Capacity = long.MaxValue;
        _time.Advance(TimeSpan.FromSeconds(16));
        RunAll();
        Assert.That(log.CleanedOffset, Is.EqualTo(10));
    }

    [Test]
    public async Task The_number_of_threads_may_change()
    {
        await using var manager = await StartAsync();
        manager.Cleaner!.UpdateConfig(new LogCleanerConfig { Threads = 3 });
        Assert.That(_threads, Has.Count.EqualTo(3));
        manager.Cleaner.UpdateConfig(new LogCleanerConfig { Threads = 0 });
        var log = await CreateAsync(manager, s_first);
        Fill(log, 10);
        RunAll();
        Assert.That(log.CleanedOffset, Is.Null, "no thread is left");
    }

    [Test]
    public async Task Without_a_cleaner_nothing_is_compacted()
    {
        _cleaner = null;
        await using var manager = await StartAsync();
        var log = await CreateAsync(manager, s_first);
        Fill(log, 10);
        Assert.That(manager.Cleaner, Is.Null);
        Assert.That(_threads, Is.Empty);
        Assert.That(log.CleanedOffset, Is.Null);
    }

    [Test]
    public async Task Stopping_ends_what_is_being_cleaned_before_the_logs_are_closed()
    {
        var manager = await StartAsync();
        var log = await CreateAsync(manager, s_first);
        Fill(log, 10);
        Assert.That(log.Cleaning.TryBegin(CancellationToken.None, out var work));
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = work.Register(isAsked.SetResult);
        var stopping = manager.StopAsync(-1, CancellationToken.None);
        await isAsked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(stopping.IsCompleted, Is.False);
        log.Cleaning.End();
        await stopping;
        await manager.DisposeAsync();
    }

    private static void Fill(PartitionLog log, int count)
    {
        var end = log.LogEndOffset + count;
        while (log.LogEndOffset < end)
            Compaction.Append(log, $"k={log.LogEndOffset}");
        log.Roll();
    }

    private void RunAll()
    {
        foreach (var thread in _threads)
        {
            while (thread.RunOne())
            {
            }
        }
    }

    private async Task<LogManager> StartAsync()
    {
        _threads.Clear();
        var context = new PluginContext(NullLoggerFactory.Instance, _time, new Dictionary<string, string>(StringComparer.Ordinal));
        var manager = LogManager.Open(new LogManagerOptions
        {
            Store = FileStoragePlugin.CreateStore(context, _files),
            Directories = ["/d1"],
            Time = _time,
            Random = new SeededRandomSource(1),
            Background = _background,
            LoggerFactory = NullLoggerFactory.Instance,
            Codecs = Compaction.Codecs,
            Cleaner = _cleaner,
            CleanerLoops = name =>
            {
                _threads.Add(new InlineEventLoop(name, _time));
                return _threads[^1];
            },
        });
        await manager.StartAsync(_ => _config, CancellationToken.None);
        return manager;
    }

    private async Task<PartitionLog> CreateAsync(LogManager manager, TopicPartition partition) =>
        await manager.GetOrCreateAsync(partition, null, _config, null, CancellationToken.None);

    private string Read(string path)
    {
        using var file = _files.Open(path, FileOpenMode.Read);
        var content = new byte[file.Length];
        file.Read(0, content);
        return Encoding.UTF8.GetString(content);
    }
}
