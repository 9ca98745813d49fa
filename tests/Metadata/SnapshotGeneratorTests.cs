using Kafka.Modular.Core.Threading;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Metadata.Tests;

public sealed class SnapshotGeneratorTests : IMetadataFaultHandler, ISnapshotStore
{
    private readonly FakeTimeProvider _time = new();
    private readonly InlineEventLoop _loop;
    private readonly SnapshotGenerator _generator;
    private readonly List<MetadataFault> _faults = [];
    private readonly List<Written> _written = [];
    private Exception? _failure;

    public SnapshotGeneratorTests()
    {
        _loop = new InlineEventLoop("snapshots", _time);
        _generator = new SnapshotGenerator(this, new SnapshotSettings(1000, TimeSpan.FromHours(1)), _loop, this, NullLogger.Instance);
    }

    public void OnFault(MetadataFault fault) => _faults.Add(fault);

    public ValueTask<ISnapshotWriter?> TryBeginAsync(long endOffset, int epoch, long lastContainedLogTimestamp)
    {
        if (_written.Any(snapshot => snapshot.EndOffset == endOffset))
            return new((ISnapshotWriter?)null);
        _written.Add(new Written(endOffset, epoch, lastContainedLogTimestamp, _failure));
        return new(_written[^1]);
    }

    [Test]
    public void So_many_bytes_bring_about_a_snapshot_that_holds_the_image()
    {
        var image = Image(60);
        Publish(image, bytes: 600);
        Assert.That(_written, Is.Empty);
        Publish(image, bytes: 400);
        var snapshot = _written.Single();
        var delta = new MetadataDelta(MetadataImage.Empty);
        foreach (var record in snapshot.Records)
            delta.Replay(record.Message);
        Assert.Multiple(() =>
        {
            Assert.That(snapshot.IsComplete && snapshot.IsDisposed, Is.True);
            Assert.That((snapshot.EndOffset, snapshot.Epoch, snapshot.Timestamp), Is.EqualTo((61L, 3, 33L)));
            Assert.That(delta.Apply(image.Provenance), Is.EqualTo(image));
        });
    }

    [Test]
    public void So_much_time_brings_about_a_snapshot_when_something_changes()
    {
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.That(_written, Is.Empty);
        Publish(Image(1), bytes: 1);
        Publish(Image(2), bytes: 1);
        Assert.That(_written, Has.Count.EqualTo(1));
    }

    [Test]
    public void In_the_middle_of_a_batch_no_snapshot_is_taken()
    {
        var image = Image(5);
        Publish(image with { Provenance = image.Provenance with { IsOffsetBatchAligned = false } }, bytes: 5000);
        Assert.That(_written, Is.Empty);
        Publish(image, bytes: 1);
        Assert.That(_written, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_snapshot_that_was_loaded_starts_the_count_over()
    {
        Publish(Image(1), bytes: 900);
        Publish(Image(2), bytes: 0, LoaderManifestKind.Snapshot);
        Publish(Image(3), bytes: 900);
        Assert.That(_written, Is.Empty);
    }

    [Test]
    public void While_one_is_written_no_other_one_begins()
    {
        Publish(Image(1), bytes: 1000, run: false);
        Publish(Image(2), bytes: 1000, run: false);
        _loop.RunPending();
        Assert.That(_written.Select(snapshot => snapshot.EndOffset), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void One_that_cannot_be_written_is_thrown_away_and_reported()
    {
        _failure = new IOException("disk full");
        Publish(Image(1), bytes: 1000);
        Assert.Multiple(() =>
        {
            Assert.That(_written.Single().IsComplete, Is.False);
            Assert.That(_written.Single().IsDisposed, Is.True);
            Assert.That(_faults.Single().Kind, Is.EqualTo(MetadataFaultKind.Snapshot));
        });
    }

    private static MetadataImage Image(int offset) =>
        new RandomMetadata(offset).Image(50) with { Provenance = new MetadataProvenance(offset, 3, 33, true) };

    private void Publish(MetadataImage image, long bytes, LoaderManifestKind kind = LoaderManifestKind.LogDelta, bool run = true)
    {
        var manifest = new LoaderManifest(kind, image.Provenance, new MetadataLeader(1, 3), 1, bytes, TimeSpan.Zero);
        _generator.OnMetadataUpdate(new MetadataDelta(image), image, manifest);
        if (run)
            _loop.RunPending();
    }

    private sealed class Written(long endOffset, int epoch, long timestamp, Exception? failure) : ISnapshotWriter
    {
        public long EndOffset => endOffset;

        public int Epoch => epoch;

        public long Timestamp => timestamp;

        public List<MetadataRecord> Records { get; } = [];

        public bool IsComplete { get; private set; }

        public bool IsDisposed { get; private set; }

        public void Append(IReadOnlyList<ReadOnlyMemory<byte>> records)
        {
            if (failure is not null)
                throw failure;
            Records.AddRange(records.Select(record => MetadataRecordCodec.Read(record.Span)));
        }

        public void Complete() => IsComplete = true;

        public void Dispose() => IsDisposed = true;
    }
}
