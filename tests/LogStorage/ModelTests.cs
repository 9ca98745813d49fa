using CsCheck;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Tests;

/// <summary>Random histories of a log, compared after every step with a list.</summary>
public class ModelTests
{
    /// <summary>More with KAFKA_MODULAR_ITERATIONS, to search for longer.</summary>
    private static int Iterations =>
        int.TryParse(Environment.GetEnvironmentVariable("KAFKA_MODULAR_ITERATIONS"), out var iterations) ? iterations : 500;

    private enum Step
    {
        Append,
        AppendCompressed,
        NewEpoch,
        Roll,
        Flush,
        Truncate,
        RaiseStart,
        DeleteOld,
        Tick,
        Reopen,
        Kill,
        LosePower,
    }

    private static readonly Gen<(Step Step, int Number)[]> Histories = Gen.Select(
        Gen.Frequency(
            (20, Gen.Const(() => Step.Append)),
            (3, Gen.Const(() => Step.AppendCompressed)),
            (3, Gen.Const(() => Step.NewEpoch)),
            (2, Gen.Const(() => Step.Roll)),
            (3, Gen.Const(() => Step.Flush)),
            (2, Gen.Const(() => Step.Truncate)),
            (2, Gen.Const(() => Step.RaiseStart)),
            (2, Gen.Const(() => Step.DeleteOld)),
            (2, Gen.Const(() => Step.Tick)),
            (2, Gen.Const(() => Step.Reopen)),
            (2, Gen.Const(() => Step.Kill)),
            (2, Gen.Const(() => Step.LosePower))),
        Gen.Int[0, 1_000_000]).Array[1, 60];

    [Test]
    public void A_log_is_what_was_written_to_it_through_rolls_truncations_restarts_and_power_losses() =>
        Histories.Sample(history => RunAsync(history).GetAwaiter().GetResult(), iter: Iterations, print: history => string.Join(" ", history));

    /// <summary>Histories that found something once.</summary>
    [TestCase("(Append, 45932) (Append, 872031) (Append, 814897) (Reopen, 910706) (Append, 884546) (Append, 367304) (Append, 213973) (AppendCompressed, 958364) (Flush, 62436) (Append, 154367) (Append, 174108) (Append, 754350) (NewEpoch, 954428) (Truncate, 731759) (Append, 17143) (Append, 834410) (Tick, 686619) (Tick, 867588) (Append, 840653) (Append, 287733) (Kill, 30254) (Append, 808569) (Flush, 900642) (NewEpoch, 286561) (Append, 120918) (Append, 880756) (Append, 460988) (Append, 42236) (Flush, 328922) (Append, 728449) (DeleteOld, 931034) (AppendCompressed, 689044) (NewEpoch, 432701) (Append, 597497) (Append, 657355) (LosePower, 612820) (LosePower, 104915) (Append, 334679)")]
    public Task A_history_that_went_wrong_once_goes_right(string history) => RunAsync(
    [
        .. history.Split(") (").Select(each => each.Trim('(', ')').Split(", "))
            .Select(parts => (Enum.Parse<Step>(parts[0]), int.Parse(parts[1]))),
    ]);

    private static async Task RunAsync((Step Step, int Number)[] history)
    {
        // What fails here is a step of the search for the smallest history, not a failure of the test by itself.
        using var isolated = new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext();
        var run = new Run();
        await run.StartAsync();
        foreach (var (index, (step, number)) in history.Index())
        {
            try
            {
                await run.DoAsync(step, number);
                run.Compare();
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"at step {index}, {step} {number}: {error.Message}", error);
            }
        }

        await run.Log.DisposeAsync();
    }

    private sealed class Run
    {
        private readonly LogHarness _harness = new();
        private readonly List<(string Value, int Epoch)> _model = [];
        private long _start;
        private int _epoch;

        public PartitionLog Log { get; private set; } = null!;

        public async Task StartAsync()
        {
            _harness.Config = _harness.Config with { SegmentBytes = 600, IndexIntervalBytes = 100, SegmentIndexBytes = 100, SegmentMs = 600_000 };
            Log = await _harness.OpenAsync();
        }

        public async Task DoAsync(Step step, int number)
        {
            switch (step)
            {
                case Step.Append:
                case Step.AppendCompressed:
                    Append(number, step == Step.AppendCompressed);
                    break;
                case Step.NewEpoch:
                    Log.AssignEpochStartOffset(++_epoch, Log.LogEndOffset);
                    break;
                case Step.Roll:
                    Log.Roll();
                    break;
                case Step.Flush:
                    Log.Flush();
                    break;
                case Step.Truncate:
                    await TruncateAsync(number);
                    break;
                case Step.RaiseStart:
                    Log.UpdateHighWatermark(Log.LogEndOffset);
                    var start = _start + (number % (Log.LogEndOffset - _start + 1));
                    Assert.That(Log.MaybeIncrementLogStartOffset(start, "test"), Is.EqualTo(ErrorCode.None));
                    _start = start;
                    break;
                case Step.DeleteOld:
                    Log.DeleteOldSegments();
                    _start = Log.LogStartOffset;
                    break;
                case Step.Tick:
                    _harness.Time.Advance(TimeSpan.FromSeconds(number % 1000));
                    _harness.Background.RunPending();
                    break;
                default:
                    await RestartAsync(step, number);
                    break;
            }
        }

        public void Compare()
        {
            Assert.That(Log.LogEndOffset, Is.EqualTo(_model.Count));
            Assert.That(Log.LogStartOffset, Is.EqualTo(_start));
            var expected = _model.Skip((int)_start).Select((each, index) => $"{_start + index}={each.Value}").ToList();
            Assert.That(Batches.ReadAll(Log), Is.EqualTo(expected));
            foreach (var epoch in _model.Skip((int)_start).Select(each => each.Epoch).Distinct())
            {
                var end = _model.FindLastIndex(each => each.Epoch == epoch) + 1;
                Assert.That(Log.EpochForOffset(end - 1), Is.EqualTo(epoch));
                Assert.That(Log.EndOffsetForEpoch(epoch).EndOffset, Is.EqualTo(end), $"end of epoch {epoch}");
            }
        }

        private void Append(int number, bool compressed)
        {
            var values = Enumerable.Range(0, (number % 4) + 1).Select(each => $"{number}.{each}.{new string('x', number % 90)}").ToArray();
            var options = new RecordBatchOptions { Compression = compressed ? CompressionType.Gzip : CompressionType.None };
            var result = Log.AppendAsLeader(Batches.Of(options, _harness.Now, values), _epoch);
            Assert.That((result.Error, result.FirstOffset), Is.EqualTo((ErrorCode.None, (long)_model.Count)));
            _model.AddRange(values.Select(value => (value, _epoch)));
        }

        private async Task TruncateAsync(int number)
        {
            // Only where batches begin, as a follower does: inside of a batch offsets would be left without records.
            var starts = new List<long> { _start };
            using (var lease = Log.Read(_start, int.MaxValue, ReadIsolation.LogEnd, minOneMessage: true).Lease)
            {
                if (lease is not null)
                {
                    foreach (var batch in new RecordBatchEnumerator(Batches.Bytes(lease)))
                        starts.Add(batch.NextOffset);
                }
            }

            var offset = starts[number % starts.Count];
            if (offset < _start)
                return;
            await Log.TruncateToAsync(offset, CancellationToken.None);
            Cut(offset);
        }

        private void Cut(long length)
        {
            if (length < _model.Count)
                _model.RemoveRange((int)length, _model.Count - (int)length);
            _start = Math.Min(_start, length);
        }

        private async Task RestartAsync(Step step, int number)
        {
            var flushed = Log.FlushedOffset;
            switch (step)
            {
                case Step.Reopen:
                    Log = await _harness.ReopenAsync(Log);
                    break;
                case Step.Kill:
                    Log = await _harness.KillAndReopenAsync(Log);
                    break;
                default:
                    Log = await _harness.LosePowerAndReopenAsync(Log, number);
                    Assert.That(Log.LogEndOffset, Is.InRange(flushed, _model.Count));
                    Cut(Log.LogEndOffset);
                    _start = Math.Max(_start, Log.LogStartOffset);
                    break;
            }
        }
    }
}
