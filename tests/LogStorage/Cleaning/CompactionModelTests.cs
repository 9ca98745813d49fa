using CsCheck;
using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Tests.Cleaning;

/// <summary>
/// Random histories of a compacted log: whatever happens, also while it is cleaned and wherever the process or the power goes, the last value of each
/// key is there, nothing is that was not written, and no older value comes back.
/// </summary>
public class CompactionModelTests
{
    /// <summary>More with KAFKA_MODULAR_ITERATIONS, to search for longer.</summary>
    private static int Iterations =>
        int.TryParse(Environment.GetEnvironmentVariable("KAFKA_MODULAR_ITERATIONS"), out var iterations) ? iterations : 500;

    private enum Step
    {
        Append,
        AppendCompressed,
        Roll,
        Replicate,
        Clean,
        CleanBeside,
        CleanAndKill,
        CleanAndLosePower,
        Truncate,
        RaiseStart,
        DeleteOld,
        Tick,
        Reopen,
        Kill,
        LosePower,
    }

    private static readonly Gen<(Step Step, int Number)[]> s_histories = Gen.Select(
        Gen.Frequency(
            (20, Gen.Const(() => Step.Append)),
            (4, Gen.Const(() => Step.AppendCompressed)),
            (2, Gen.Const(() => Step.Roll)),
            (6, Gen.Const(() => Step.Replicate)),
            (4, Gen.Const(() => Step.Clean)),
            (4, Gen.Const(() => Step.CleanBeside)),
            (4, Gen.Const(() => Step.CleanAndKill)),
            (3, Gen.Const(() => Step.CleanAndLosePower)),
            (1, Gen.Const(() => Step.Truncate)),
            (1, Gen.Const(() => Step.RaiseStart)),
            (1, Gen.Const(() => Step.DeleteOld)),
            (2, Gen.Const(() => Step.Tick)),
            (1, Gen.Const(() => Step.Reopen)),
            (1, Gen.Const(() => Step.Kill)),
            (1, Gen.Const(() => Step.LosePower))),
        Gen.Int[0, 1_000_000]).Array[1, 80];

    [TestCase(false)]
    [TestCase(true)]
    public void The_last_value_of_each_key_stays_whatever_happens(bool inMemory) =>
        s_histories.Sample(history => RunAsync(history, inMemory).GetAwaiter().GetResult(), iter: inMemory ? Iterations / 4 : Iterations, print: history => string.Join(" ", history));

    private static async Task RunAsync((Step Step, int Number)[] history, bool inMemory)
    {
        using var isolated = new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext();
        var run = new Run(inMemory);
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

    private sealed class Run(bool inMemory)
    {
        private readonly LogHarness _harness = new(inMemory);
        private readonly List<(string Key, string? Value)> _model = [];
        private long _start;

        public PartitionLog Log { get; private set; } = null!;

        public async Task StartAsync()
        {
            _harness.Config = Compaction.Config with { SegmentBytes = 700, IndexIntervalBytes = 100, DeleteRetentionMs = 300_000 };
            Log = await _harness.OpenAsync();
        }

        public async Task DoAsync(Step step, int number)
        {
            switch (step)
            {
                case Step.CleanAndLosePower or Step.LosePower:
                    // In a compacted log the loss of a segment that was not flushed yet, before one that was, cannot be told from what cleaning took.
                    Log.FlushRolledSegments();
                    await DieAsync(step, number);
                    break;
                case Step.CleanAndKill or Step.Kill:
                    await DieAsync(step, number);
                    break;
                case Step.Clean:
                    Compaction.Clean(Log, _harness.Time);
                    break;
                case Step.CleanBeside:
                    CleanBeside(number);
                    break;
                case Step.Reopen:
                    var highWatermark = Log.HighWatermark;
                    Log = await _harness.ReopenAsync(Log);
                    Log.UpdateHighWatermark(highWatermark);
                    break;
                default:
                    await DoBesideAsync(step, number);
                    break;
            }
        }

        public void Compare()
        {
            Assert.That(Log.LogStartOffset, Is.EqualTo(_start));
            Assert.That(Log.LogEndOffset, Is.EqualTo(_model.Count));
            var last = new Dictionary<string, string>();
            var previous = -1L;
            foreach (var text in Compaction.Show(Log))
            {
                var offset = long.Parse(text.AsSpan(0, text.IndexOf(':', StringComparison.Ordinal)));
                Assert.That(offset, Is.GreaterThan(previous), "offsets grow");
                previous = offset;
                Assert.That(text, Is.EqualTo(TextAt(offset)), "nothing is there that was not written");
                last[_model[(int)offset].Key] = text;
            }

            foreach (var key in _model.Skip((int)_start).Select(static each => each.Key).Distinct())
            {
                var offset = _model.FindLastIndex(each => each.Key == key);
                if (_model[offset].Value is not null || last.ContainsKey(key))
                    Assert.That(last.GetValueOrDefault(key), Is.EqualTo(TextAt(offset)), $"last value of {key}");
            }
        }

        /// <summary>What may also happen while the log is being cleaned.</summary>
        private async Task DoBesideAsync(Step step, int number)
        {
            switch (step)
            {
                case Step.Append:
                case Step.AppendCompressed:
                    Append(number, step == Step.AppendCompressed);
                    break;
                case Step.Roll:
                    Log.Roll();
                    break;
                case Step.Replicate:
                    Log.UpdateHighWatermark(Log.LogEndOffset);
                    break;
                case Step.Truncate:
                    var offset = Log.LogEndOffset - (number % (Log.LogEndOffset - Log.HighWatermark + 1));
                    if (Compaction.BatchesOf(Log).Any(bytes => NextOffsetOf(bytes) == offset))
                    {
                        await Log.TruncateToAsync(offset, CancellationToken.None);
                        Cut(offset);
                    }

                    break;
                case Step.RaiseStart:
                    _start += number % (Log.HighWatermark - _start + 1);
                    Assert.That(Log.MaybeIncrementLogStartOffset(_start, "test"), Is.EqualTo(ErrorCode.None));
                    break;
                case Step.DeleteOld:
                    Log.DeleteOldSegments();
                    _start = Log.LogStartOffset;
                    break;
                case Step.Tick:
                    _harness.Time.Advance(TimeSpan.FromSeconds(number % 400));
                    _harness.Background.RunPending();
                    break;
                default:
                    break;
            }
        }

        private static long NextOffsetOf(byte[] bytes)
        {
            _ = RecordBatchView.TryRead(bytes, out var batch);
            return batch.NextOffset;
        }

        private void Append(int number, bool compressed)
        {
            var records = Enumerable.Range(0, (number % 4) + 1)
                .Select(each => (Key: $"k{(number + (each * 7)) % 9}", Value: (number + each) % 5 == 0 ? null : $"{number}.{each}.{new string('x', number % 60)}")).ToList();
            var options = new RecordBatchOptions { Compression = compressed ? CompressionType.Gzip : CompressionType.None };
            var batch = Compaction.Batch(options, _harness.Now, [.. records.Select(each => each.Value is null ? each.Key : $"{each.Key}={each.Value}")]);
            var result = Log.AppendAsLeader(batch, 0);
            Assert.That((result.Error, result.FirstOffset), Is.EqualTo((ErrorCode.None, (long)_model.Count)));
            _model.AddRange(records);
        }

        private string TextAt(long offset)
        {
            var (key, value) = _model[(int)offset];
            return value is null ? $"{offset}:{key}" : $"{offset}:{key}={value}";
        }

        private void CleanBeside(int number)
        {
            var steps = new[] { Step.Append, Step.Roll, Step.Replicate, Step.Truncate, Step.RaiseStart, Step.DeleteOld, Step.AppendCompressed };
            var calls = number % 40;
            var time = new InterruptedTime(_harness.Time, () =>
            {
                if (--calls == 0)
                    DoBesideAsync(steps[number % steps.Length], number / 3).GetAwaiter().GetResult();
            });
            try
            {
                Compaction.Clean(Log, _harness.Time, new CompactionResources { Time = _harness.Time, Throttle = new CleanerThrottle(time), BufferSize = 256 });
            }
            catch (OperationCanceledException)
            {
                // The log is no longer what it was; the next cleaning sees to it.
            }
        }

        private async Task DieAsync(Step step, int number)
        {
            if (inMemory)
                return;
            var losePower = step is Step.CleanAndLosePower or Step.LosePower;
            if (step is Step.CleanAndKill or Step.CleanAndLosePower)
                CleanUntilDeath(number);
            await RestartAsync(number, losePower);
        }

        private void CleanUntilDeath(int number)
        {
            var operations = number % 150;
            _harness.Files.Fault = (_, _) =>
            {
                if (--operations < 0)
                    throw new IOException("The process is gone");
            };
            try
            {
                Compaction.Clean(Log, _harness.Time);
            }
            catch (IOException)
            {
                // As it should.
            }

            _harness.Files.Fault = null;
        }

        private async Task RestartAsync(int number, bool losePower)
        {
            var (flushed, highWatermark) = (Log.FlushedOffset, Log.HighWatermark);
            Log = losePower ? await _harness.LosePowerAndReopenAsync(Log, number) : await _harness.KillAndReopenAsync(Log);
            Assert.That(Log.LogEndOffset, Is.InRange(losePower ? flushed : _model.Count, _model.Count));
            Cut(Log.LogEndOffset);
            _start = Math.Max(_start, Log.LogStartOffset);
            Log.UpdateHighWatermark(highWatermark);
        }

        private void Cut(long length)
        {
            if (length < _model.Count)
                _model.RemoveRange((int)length, _model.Count - (int)length);
            _start = Math.Min(_start, length);
        }
    }

    /// <summary>Lets something happen where the cleaner looks at its clock, which is between its steps.</summary>
    private sealed class InterruptedTime(TimeProvider time, Action interruption) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp()
        {
            interruption();
            return time.GetTimestamp();
        }
    }
}
