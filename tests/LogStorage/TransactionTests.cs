using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Tests;

public class TransactionTests
{
    private readonly LogHarness _harness = new();

    [Test]
    public async Task Aborted_transactions_are_listed_to_committed_reads()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Transactional(1, 0, 0, "a"), 0);
        log.AppendAsLeader(Batches.Transactional(2, 0, 0, "b"), 0);
        log.AppendAsLeader(Batches.Transactional(1, 0, 1, "c"), 0);
        Mark(log, 1, commit: false);
        Mark(log, 2, commit: true);
        log.MaybeIncrementHighWatermark(log.LogEndOffset);
        var result = log.Read(0, 10_000, ReadIsolation.Committed, minOneMessage: true);
        result.Lease!.Dispose();
        Assert.That(result.LastStableOffset, Is.EqualTo(5));
        Assert.That(result.AbortedTransactions, Is.EqualTo(new[] { new AbortedTransaction(1, 0, 3, 1) }));
        var uncommitted = log.Read(0, 10_000, ReadIsolation.HighWatermark, minOneMessage: true);
        uncommitted.Lease!.Dispose();
        Assert.That(uncommitted.AbortedTransactions, Is.Null);
    }

    [Test]
    public async Task A_read_that_fails_at_the_transaction_index_holds_nothing_of_the_segment()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Transactional(1, 0, 0, "a"), 0);
        Mark(log, 1, commit: false);
        log.MaybeIncrementHighWatermark(log.LogEndOffset);
        _harness.Files.Fault = (operation, path) =>
        {
            if (operation == "read" && path.EndsWith(".txnindex", StringComparison.Ordinal))
                throw new IOException("Input/output error", 5);
        };
        Assert.That(() => log.Read(0, 10_000, ReadIsolation.Committed, minOneMessage: true), Throws.InstanceOf<LogStoreException>());
        _harness.Files.Fault = null;
        Assert.That(log.TruncateToAsync(1, CancellationToken.None).AsTask().IsCompletedSuccessfully, Is.True, "nobody reads what is cut");
    }

    [TestCase(false, false)]
    [TestCase(true, false)]
    [TestCase(false, true)]
    public async Task Restarts_keep_open_and_aborted_transactions(bool kill, bool loseIndex)
    {
        _harness.Config = _harness.Config with { SegmentBytes = 250 };
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Transactional(1, 0, 0, "a"), 0);
        log.AppendAsLeader(Batches.Transactional(2, 0, 0, "b"), 0);
        Mark(log, 1, commit: false);
        log.AppendAsLeader(Batches.Of("c"), 0);
        log.AppendAsLeader(Batches.Of("d"), 0);
        var aborted = log.CollectAbortedTransactions(0, 10);
        if (loseIndex)
        {
            await log.DisposeAsync();
            log.Directory.Dispose();
            foreach (var name in _harness.ListFiles().Where(name => name.EndsWith("index", StringComparison.Ordinal)))
                _harness.Files.DeleteFile($"{LogHarness.Path}/{LogHarness.Partition}/{name}");
            log = await _harness.OpenAsync();
        }
        else
        {
            log = kill ? await _harness.KillAndReopenAsync(log) : await _harness.ReopenAsync(log);
        }

        log.MaybeIncrementHighWatermark(log.LogEndOffset);
        Assert.That(log.LastStableOffset, Is.EqualTo(1));
        Assert.That(log.CollectAbortedTransactions(0, 10), Is.EqualTo(aborted));
        Assert.That(aborted, Is.EqualTo(new[] { new AbortedTransaction(1, 0, 2, 1) }));
        Mark(log, 2, commit: true);
        log.MaybeIncrementHighWatermark(log.LogEndOffset);
        Assert.That(log.LastStableOffset, Is.EqualTo(log.LogEndOffset));
    }

    [Test]
    public async Task A_producer_cannot_leave_its_transaction()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Transactional(1, 0, 0, "a"), 0);
        Assert.That(log.AppendAsLeader(Batches.Idempotent(1, 0, 1, "b"), 0).Error, Is.EqualTo(ErrorCode.InvalidTxnState));
    }

    [Test]
    public async Task A_marker_of_an_old_producer_or_coordinator_epoch_is_fenced()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Transactional(1, 5, 0, "a"), 0);
        Assert.That(MarkError(log, 4, 0), Is.EqualTo(ErrorCode.InvalidProducerEpoch));
        Assert.That(MarkError(log, 5, 3), Is.EqualTo(ErrorCode.None));
        Assert.That(MarkError(log, 5, 2), Is.EqualTo(ErrorCode.TransactionCoordinatorFenced));
        Assert.That(MarkError(log, 5, 3, transactionVersion: 2), Is.EqualTo(ErrorCode.InvalidProducerEpoch), "version 2 bumps the epoch every time");
        Assert.That(MarkError(log, 6, 3, transactionVersion: 2), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Truncation_forgets_a_marker()
    {
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Transactional(1, 0, 0, "a"), 0);
        Mark(log, 1, commit: false);
        log.MaybeIncrementHighWatermark(2);
        Assert.That(log.LastStableOffset, Is.EqualTo(2));
        await log.TruncateToAsync(1, CancellationToken.None);
        Assert.That((log.HighWatermark, log.LastStableOffset, log.FirstUnstableOffset), Is.EqualTo((1L, 0L, (long?)0)));
        Assert.That(log.CollectAbortedTransactions(0, 10), Is.Empty);
    }

    private static void Mark(PartitionLog log, long producerId, bool commit) => Assert.That(
        log.AppendAsLeader(Batches.Marker(producerId, 0, commit), 0, AppendOrigin.Coordinator).Error, Is.EqualTo(ErrorCode.None));

    private static ErrorCode MarkError(PartitionLog log, short epoch, int coordinatorEpoch, short transactionVersion = 0) =>
        log.AppendAsLeader(Batches.Marker(1, epoch, commit: true, coordinatorEpoch), 0, AppendOrigin.Coordinator, transactionVersion).Error;
}
