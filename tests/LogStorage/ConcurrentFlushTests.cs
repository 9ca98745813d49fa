using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Tests;

/// <summary>Flushes and appends of several threads at once: who is told that something is durable may rely on it.</summary>
public sealed class ConcurrentFlushTests : IDisposable
{
    private readonly LogHarness _harness = new();
    private readonly ManualResetEventSlim _mayFlush = new();
    private readonly ManualResetEventSlim _isFlushing = new();

    public void Dispose()
    {
        _harness.Files.Fault = null;
        _mayFlush.Dispose();
        _isFlushing.Dispose();
    }

    [Test]
    public async Task A_flush_waits_for_the_flush_of_another_thread_that_is_under_way()
    {
        var log = await OpenFlushedAsync();
        log.AppendAsLeader(Batches.Of("a"), 0);
        var first = StartFlushAtGate(log);
        var second = Start(log.Flush);
        UntilItWaitsOrEnds(second);
        Assert.That((second.IsAlive, log.FlushedOffset), Is.EqualTo((true, 0)), "the disk has not answered yet");
        End(first, second);
        Assert.That(log.FlushedOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task Flushes_that_overlap_count_the_same_records_once()
    {
        var log = await OpenFlushedAsync();
        log.AppendAsLeader(Batches.Of("a"), 0);
        log.AppendAsLeader(Batches.Of("b"), 0);
        var first = StartFlushAtGate(log);
        var second = Start(log.Flush);
        UntilItWaitsOrEnds(second);
        End(first, second);
        log.UpdateConfig(log.Config with { FlushMessages = 1 });
        log.AppendAsLeader(Batches.Of("c"), 0);
        Assert.That(log.FlushedOffset, Is.EqualTo(3), "flush.messages=1 flushes after each record");
    }

    [Test]
    public async Task What_was_written_beside_a_flush_is_flushed_by_the_next([Range(0, 7)] int seed)
    {
        var log = await OpenFlushedAsync();
        log.AppendAsLeader(Batches.Of("a"), 0);
        _harness.Files.Fault = (operation, path) =>
        {
            if (operation == "write" && path.EndsWith(".log", StringComparison.Ordinal))
            {
                // Another thread would do so at this moment: the append has begun and nothing of it is written yet.
                _harness.Files.Fault = null;
                log.Flush();
            }
        };
        log.AppendAsLeader(Batches.Of("b"), 0);
        log.Flush();
        Assert.That(log.FlushedOffset, Is.EqualTo(2));
        log = await _harness.LosePowerAndReopenAsync(log, seed);
        Assert.That(log.LogEndOffset, Is.EqualTo(2));
    }

    private static Thread Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void UntilItWaitsOrEnds(Thread thread) =>
        Assert.That(SpinWait.SpinUntil(() => !thread.IsAlive || thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(10)), Is.True);

    private async Task<PartitionLog> OpenFlushedAsync()
    {
        var log = await _harness.OpenAsync();
        log.AssignEpochStartOffset(0, 0);
        log.Flush();
        return log;
    }

    private Thread StartFlushAtGate(PartitionLog log)
    {
        _harness.Files.Fault = (operation, path) =>
        {
            if (operation == "fsync" && path.EndsWith(".log", StringComparison.Ordinal))
            {
                _isFlushing.Set();
                _mayFlush.Wait(TimeSpan.FromSeconds(10));
            }
        };
        var thread = Start(log.Flush);
        _isFlushing.Wait(TimeSpan.FromSeconds(10));
        return thread;
    }

    private void End(params Thread[] threads)
    {
        _mayFlush.Set();
        Assert.That(threads, Has.All.Matches<Thread>(static thread => thread.Join(TimeSpan.FromSeconds(10))));
    }
}
