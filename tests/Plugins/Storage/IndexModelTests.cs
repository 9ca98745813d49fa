using CsCheck;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Plugins.Tests.Storage;

/// <summary>Index lookups against a list of all batches, through appending, truncation, reindexing and restarts.</summary>
public sealed class IndexModelTests
{
    private const long BaseOffset = 1000;

    private static readonly Gen<Step> s_step = Gen.Frequency(
        (8, Gen.Int[1, 60].Select(Gen.Int).Select((count, seed) => new Step("append", count, seed))),
        (2, Gen.Int[0, 100].Select(percent => new Step("truncate", percent, 0))),
        (1, Gen.Const(new Step("restart", 0, 0))),
        (1, Gen.Const(new Step("reindex", 0, 0))));

    private static readonly Gen<(Step[] Steps, int Interval)> s_history = Gen.Select(s_step.Array[1, 25], Gen.Int[0, 2].Select(i => i == 0 ? 0 : i == 1 ? 100 : 4096));

    [TestCase(StoreKind.FileSimulated)]
    [TestCase(StoreKind.Memory)]
    public void Every_lookup_finds_the_start_of_a_batch_at_or_below_what_was_asked(StoreKind kind)
        => s_history.Sample(
            history =>
            {
                using var run = new Run(kind, history.Interval);
                foreach (var step in history.Steps)
                {
                    run.Do(step);
                    run.AssertLookups();
                }
            },
            iter: 100,
            threads: 1);

    [Test]
    public void The_stores_answer_alike()
        => s_history.Sample(
            history =>
            {
                using var file = new Run(StoreKind.FileSimulated, history.Interval);
                using var memory = new Run(StoreKind.Memory, history.Interval);

                // A reopened file begins to count bytes anew, memory does not close.
                foreach (var step in history.Steps.Where(step => step.Name != "restart"))
                {
                    file.Do(step);
                    memory.Do(step);
                    Assert.That(memory.Answers(), Is.EqualTo(file.Answers()), step.ToString());
                }
            },
            iter: 60,
            threads: 1);

    [Test]
    public void Entries_that_left_memory_are_found_in_the_file()
    {
        using var run = new Run(StoreKind.File, 0);
        for (var i = 0; i < 40; i++)
        {
            run.Do(new("append", 60, i));
            run.AssertLookups(stride: 97);
        }

        run.Do(new("truncate", 30, 0));
        run.AssertLookups(stride: 17);
        run.Do(new("restart", 0, 0));
        run.AssertLookups(stride: 17);
        run.Do(new("append", 60, 99));
        run.AssertLookups(stride: 17);
    }

    private sealed record Step(string Name, int Amount, int Seed);

    private sealed class Run : IDisposable
    {
        private readonly StoreHarness _harness;
        private readonly SegmentOptions _options;
        private readonly List<(int Position, BatchEntry Batch)> _batches = [];
        private ISegment _segment;
        private int _restarts;
        private bool _wasTruncated;

        public Run(StoreKind kind, int interval)
        {
            _harness = new(kind);
            _options = new() { IndexIntervalBytes = interval };
            _segment = _harness.OpenPartition(options: _options).CreateSegment(BaseOffset);
        }

        public void Do(Step step)
        {
            _restarts += step.Name is "truncate" or "restart" ? 1 : 0;
            switch (step.Name)
            {
                case "append":
                    Append(step.Amount, new Random(step.Seed));
                    break;
                case "truncate":
                    var keep = _batches.Count * step.Amount / 100;
                    if (keep == _batches.Count)
                        break;
                    var (position, first) = (_batches[keep].Position, keep == 0 ? BaseOffset : _batches[keep - 1].Batch.LastOffset + 1);
                    Assert.That(_segment.TruncateAsync(first, position, CancellationToken.None).AsTask().IsCompletedSuccessfully);
                    _wasTruncated = true;
                    _batches.RemoveRange(keep, _batches.Count - keep);
                    break;
                case "restart":
                    _harness.Restart();
                    _segment = _harness.OpenPartition(options: _options).Segments[0];
                    Assert.That(_segment.CheckIndexes(full: true), Is.EqualTo(SegmentIndexState.Valid));
                    break;
                default:
                    _wasTruncated = false;
                    _segment.BeginReindex();
                    foreach (var (at, batch) in _batches)
                        _segment.Reindex(at, batch);
                    break;
            }

            Assert.That(_segment.Size, Is.EqualTo(_batches.Count == 0 ? 0 : _batches[^1].Position + _batches[^1].Batch.Length));
        }

        public void AssertLookups(int stride = 1)
        {
            var last = _batches.Count == 0 ? BaseOffset : _batches[^1].Batch.LastOffset;
            var index = -1;
            for (var offset = BaseOffset - 2; offset < last + 3; offset += stride)
            {
                var found = _segment.FindPosition(offset);
                while (index + 1 < _batches.Count && _batches[index + 1].Batch.LastOffset <= offset)
                    index++;
                if (found == new OffsetPosition(BaseOffset, 0))
                    continue;
                var at = _batches.FindIndex(batch => batch.Position == found.Position);
                Assert.That(at, Is.InRange(0, index), $"{found} for {offset}");
                Assert.That(found.Offset, Is.EqualTo(_batches[at].Batch.LastOffset));

                // Between the entry and the batch that was asked for lie at most the interval and the batches at its ends, once more for
                // each time that counting the interval began anew.
                Assert.That(_batches[index].Position - found.Position, Is.LessThanOrEqualTo((_options.IndexIntervalBytes + 1000) * (1 + _restarts)));
            }

            foreach (var (_, batch) in _batches.Where((_, i) => i % stride == 0))
            {
                var found = _segment.FindTimestamp(batch.MaxTimestamp);
                Assert.That(found.Timestamp, Is.LessThanOrEqualTo(batch.MaxTimestamp));

                // Truncation may forget the largest timestamp of what is left, as in Kafka.
                if (found.Timestamp == TimestampOffset.None || _wasTruncated)
                    continue;
                var before = _batches.TakeWhile(each => each.Batch.LastOffset < found.Offset).ToList();
                Assert.That(before.TrueForAll(each => each.Batch.MaxTimestamp <= found.Timestamp), $"{found}");
            }
        }

        public string Answers()
        {
            var last = _batches.Count == 0 ? BaseOffset : _batches[^1].Batch.LastOffset;
            var offsets = Enumerable.Range(0, (int)(last - BaseOffset) + 2).Select(i => _segment.FindPosition(BaseOffset + i));
            var times = _batches.Select(each => _segment.FindTimestamp(each.Batch.MaxTimestamp));
            return $"{string.Join(' ', offsets)} {string.Join(' ', times)} {_segment.LargestTimestamp} {_segment.Size}";
        }

        public void Dispose() => _harness.Dispose();

        private void Append(int count, Random random)
        {
            var batches = new List<BatchEntry>();
            var offset = _batches.Count == 0 ? BaseOffset - 1 : _batches[^1].Batch.LastOffset;
            var position = _segment.Size;
            for (var i = 0; i < count; i++)
            {
                offset += random.Next(1, 4);
                var batch = new BatchEntry(offset, random.Next(5) == 0 ? -1 : (offset * 10) + random.Next(-100, 100), offset, random.Next(61, 300));
                batches.Add(batch);
                _batches.Add((position, batch));
                position += batch.Length;
            }

            // In one append or in one for each batch, which must come to the same.
            if (random.Next(2) == 0)
            {
                _segment.Append(new byte[batches.Sum(batch => batch.Length)], [.. batches]);
                return;
            }

            foreach (var batch in batches)
                _segment.Append(new byte[batch.Length], [batch]);
        }
    }
}
