using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Kafka.Modular.Metadata.Tests.SampleRecords;

namespace Kafka.Modular.Metadata.Tests;

public sealed class MetadataLoaderTests : IMetadataFaultHandler
{
    private static readonly Uuid Orders = new(1, 1000);

    private readonly FakeTimeProvider _time = new();
    private readonly InlineEventLoop _loop;
    private MetadataLoader _loader = null!;
    private readonly List<MetadataFault> _faults = [];
    private readonly List<string> _journal = [];
    private long? _highWatermark;
    private long _nextOffset;

    public MetadataLoaderTests() => _loop = new InlineEventLoop("metadata", _time);

    [SetUp]
    public void Start()
    {
        _loader = new MetadataLoader(_loop, () => _highWatermark, this, NullLogger.Instance);
    }

    public void OnFault(MetadataFault fault) => _faults.Add(fault);

    [TearDown]
    public async Task Stop()
    {
        _loop.Close();
        await _loader.DisposeAsync();
    }

    [Test]
    public void A_new_publisher_gets_everything_at_once_and_then_each_change()
    {
        Commit(Version(), Topic("orders", Orders), Partition(Orders, 0, [1], 1));
        var publisher = Install("one");
        Commit(TopicConfig("orders", "a", "1"));
        Assert.Multiple(() =>
        {
            Assert.That(_journal, Is.EqualTo(new[] { "one Snapshot 2", "one leader ", "one LogDelta 3" }));
            Assert.That(publisher.Updates[0].Delta.Topics!.Created.Keys, Is.EqualTo(new[] { "orders" }));
            Assert.That(publisher.Updates[1].Delta.Topics, Is.Null);
            Assert.That(publisher.Updates[1].Delta.Before, Is.SameAs(publisher.Updates[0].Image));
            Assert.That(publisher.Updates[1].Manifest.BatchCount, Is.EqualTo(1));
            Assert.That(publisher.Updates[1].Manifest.SizeInBytes, Is.GreaterThan(61));
            Assert.That(_faults, Is.Empty);
        });
    }

    [Test]
    public void Publishers_are_called_in_the_order_of_their_installation()
    {
        Commit(Version());
        Install("b");
        Install("a");
        _journal.Clear();
        Commit(new NoOpRecord());
        _loader.ChangeLeader(new MetadataLeader(3, 7));
        Run();
        Assert.That(_journal, Is.EqualTo(new[] { "b LogDelta 1", "a LogDelta 1", "b leader 3", "a leader 3" }));
    }

    [Test]
    public void Nothing_is_published_until_the_node_has_caught_up()
    {
        _highWatermark = 2;
        Install("one");
        Commit(Version());
        Assert.That(_journal, Is.Empty);
        Commit(new NoOpRecord());
        Assert.That(_journal, Is.EqualTo(new[] { "one Snapshot 1", "one leader " }));
    }

    [Test]
    public void A_high_watermark_that_becomes_known_later_is_asked_for_again()
    {
        _highWatermark = null;
        CommitBatch(false, Version());
        Install("one");
        Assert.That(_journal, Is.Empty);
        _highWatermark = 1;
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Run();
        Assert.That(_journal, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_control_batch_alone_does_not_count_as_metadata_but_moves_the_offset()
    {
        Install("one");
        _highWatermark = 1;
        var builder = new RecordBatchBuilder(new RecordBatchOptions { IsControl = true, PartitionLeaderEpoch = 1 });
        builder.Append(0, ControlRecord.Key(ControlRecordType.LeaderChange), ProtocolWriter.ToArray(new LeaderChangeMessage(), 0));
        _loader.Commit(MetadataBatch.ReadAll(builder.Build().Span));
        Run();
        Assert.That(_journal, Is.Empty);
        _nextOffset = 1;
        Commit(Version());
        Assert.That(_journal[0], Is.EqualTo("one Snapshot 1"));
    }

    [Test]
    public void A_publisher_that_throws_is_named_and_the_others_go_on()
    {
        Commit(Version());
        var failing = Install("failing");
        Install("other");
        failing.Failure = new InvalidOperationException("no");
        _journal.Clear();
        Commit(new NoOpRecord());
        Commit(new NoOpRecord());
        Assert.Multiple(() =>
        {
            Assert.That(_journal, Is.EqualTo(new[] { "failing LogDelta 1", "other LogDelta 1", "failing LogDelta 2", "other LogDelta 2" }));
            Assert.That(_faults.Select(fault => fault.Publisher), Is.EqualTo(new[] { "failing", "failing" }));
            Assert.That(_faults[0].Kind, Is.EqualTo(MetadataFaultKind.Publish));
            Assert.That(_faults[0].Exception, Is.SameAs(failing.Failure));
        });
    }

    [Test]
    public void A_record_that_cannot_be_replayed_is_a_fault_and_the_rest_is_loaded()
    {
        Commit(Version(), Change(Orders, 0), TopicConfig("t", "a", "1"));
        Assert.Multiple(() =>
        {
            Assert.That(_faults.Single().Kind, Is.EqualTo(MetadataFaultKind.Load));
            Assert.That(_faults.Single().Offset, Is.EqualTo(1));
            Assert.That(_loader.Image.Configs.IsEmpty, Is.False);
        });
    }

    [Test]
    public void Bytes_that_are_no_record_are_a_fault()
    {
        var source = new Source();
        _loader.Commit(source.Damaged(), source);
        Run();
        Assert.Multiple(() =>
        {
            Assert.That(_faults.Single().Kind, Is.EqualTo(MetadataFaultKind.Load));
            Assert.That(source.IsDisposed, Is.True);
        });
    }

    [Test]
    public void What_the_loader_was_given_is_disposed_once_it_is_published_or_given_up()
    {
        Commit(Version());
        var publisher = Install("one");
        var source = new Source { OnDispose = () => _journal.Add($"disposed after {publisher.Updates.Count} updates") };
        var late = new Source();
        _loader.Commit([new MetadataBatch(1, 1, 1, 0, 80, [new MetadataRecord(TopicConfig("t", "a", "1"), 0)])], source);
        Run();
        _loop.Close();
        var isTaken = _loader.Commit([], late);
        Assert.Multiple(() =>
        {
            Assert.That(_journal[^1], Is.EqualTo("disposed after 2 updates"));
            Assert.That(isTaken, Is.False);
            Assert.That(late.IsDisposed, Is.True);
        });
    }

    [Test]
    public void A_transaction_becomes_visible_as_a_whole()
    {
        Commit(Version());
        var publisher = Install("one");
        Commit(TopicConfig("t", "before", "1"), new BeginTransactionRecord(), TopicConfig("t", "a", "1"));
        Commit(TopicConfig("t", "b", "1"));
        Assert.That(publisher.Updates[^1].Image.Configs.Resources.Single().Value.Values.Keys, Is.EqualTo(new[] { "before" }));
        Assert.That(publisher.Updates[^1].Manifest.Provenance, Is.EqualTo(new MetadataProvenance(1, 1, 0, false)));
        Commit(new EndTransactionRecord());
        Assert.Multiple(() =>
        {
            Assert.That(
                publisher.Updates[^1].Image.Configs.Resources.Single().Value.Values.Keys, Is.EquivalentTo(new[] { "before", "a", "b" }));
            Assert.That(publisher.Updates[^1].Manifest.Provenance.IsOffsetBatchAligned, Is.True);
            Assert.That(publisher.Updates, Has.Count.EqualTo(3));
        });
    }

    [Test]
    public void An_aborted_transaction_leaves_nothing_and_what_follows_counts()
    {
        Commit(Version());
        Install("one");
        Commit(new BeginTransactionRecord(), TopicConfig("t", "a", "1"));
        Commit(new AbortTransactionRecord(), TopicConfig("t", "after", "1"));
        Assert.Multiple(() =>
        {
            Assert.That(_loader.Image.Configs.Resources.Single().Value.Values.Keys, Is.EqualTo(new[] { "after" }));
            Assert.That(_journal[^1], Is.EqualTo("one LogDelta 4"));
        });
    }

    [Test]
    public void A_transaction_that_ends_without_a_beginning_or_begins_twice_is_a_fault()
    {
        Commit(Version(), new EndTransactionRecord(), new BeginTransactionRecord(), new BeginTransactionRecord(), new AbortTransactionRecord());
        Assert.That(_faults.Select(fault => fault.Offset), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void A_snapshot_replaces_the_image_and_forgets_an_open_transaction()
    {
        Commit(Version(), Topic("orders", Orders), Partition(Orders, 0, [1], 1));
        var publisher = Install("one");
        Commit(new BeginTransactionRecord(), TopicConfig("t", "a", "1"));
        LoadSnapshot(100, 9, Version(24), TopicConfig("t", "b", "1"));
        _nextOffset = 100;
        Commit(TopicConfig("t", "c", "1"));
        var (delta, image, manifest) = publisher.Updates[1];
        Assert.Multiple(() =>
        {
            Assert.That(delta.Topics!.Deleted.Keys, Is.EqualTo(new[] { Orders }));
            Assert.That(image.Topics.IsEmpty, Is.True);
            Assert.That(image.Features.MetadataVersionOrThrow.Level, Is.EqualTo(24));
            Assert.That(manifest.Kind, Is.EqualTo(LoaderManifestKind.Snapshot));
            Assert.That(manifest.Provenance, Is.EqualTo(new MetadataProvenance(99, 9, 55, true)));
            Assert.That(image.Provenance.SnapshotName, Is.EqualTo("00000000000000000100-0000000009"));
            Assert.That(_loader.Image.Configs.Resources.Single().Value.Values.Keys, Is.EquivalentTo(new[] { "b", "c" }));
            Assert.That(_faults, Is.Empty);
        });
    }

    [Test]
    public void Two_publishers_of_one_name_are_refused()
    {
        Commit(Version());
        Install("one");
        var second = _loader.InstallAsync([new RecordingPublisher("one")], CancellationToken.None);
        Run();
        Assert.That(async () => await second, Throws.InvalidOperationException.With.Message.Contains("one"));
    }

    [Test]
    public async Task A_removed_publisher_is_closed_and_hears_nothing_more()
    {
        Commit(Version());
        var publisher = Install("one");
        var removed = _loader.RemoveAsync(publisher, CancellationToken.None);
        Run();
        Assert.That(await removed, Is.True);
        Commit(new NoOpRecord());
        Assert.That(_journal, Is.EqualTo(new[] { "one Snapshot 0", "one leader ", "one closed" }));
        var again = _loader.RemoveAsync(publisher, CancellationToken.None);
        Run();
        Assert.That(await again, Is.False);
    }

    [Test]
    public async Task Stopping_closes_the_publishers_from_the_last_to_the_first()
    {
        Commit(Version());
        Install("a");
        Install("b");
        _journal.Clear();
        var stopped = _loader.DisposeAsync();
        Run();
        await stopped;
        Commit(new NoOpRecord());
        Assert.That(_journal, Is.EqualTo(new[] { "b closed", "a closed" }));
    }

    [Test]
    public void Stopping_before_the_first_image_fails_the_installation()
    {
        var installation = _loader.InstallAsync([new RecordingPublisher("one", _journal)], CancellationToken.None);
        Run();
        _ = _loader.DisposeAsync().AsTask();
        Run();
        Assert.That(async () => await installation, Throws.InvalidOperationException);
        Assert.That(_journal, Is.EqualTo(new[] { "one closed" }));
    }

    [Test]
    public void The_cache_shows_the_newest_image()
    {
        var cache = new MetadataCache();
        Commit(Version());
        _ = _loader.InstallAsync([cache], CancellationToken.None);
        _loader.ChangeLeader(new MetadataLeader(1, 2));
        Commit(TopicConfig("t", "a", "1"));
        Assert.Multiple(() =>
        {
            Assert.That(cache.Image, Is.SameAs(_loader.Image));
            Assert.That(cache.Leader, Is.EqualTo(new MetadataLeader(1, 2)));
        });
    }

    private RecordingPublisher Install(string name)
    {
        var publisher = new RecordingPublisher(name, _journal);
        _ = _loader.InstallAsync([publisher], CancellationToken.None);
        Run();
        return publisher;
    }

    private void Commit(params IMetadataRecord[] records) => CommitBatch(true, records);

    private void CommitBatch(bool moveHighWatermark, params IMetadataRecord[] records)
    {
        var batch = MetadataBatchWriter.ToBatch(Newest(records), _nextOffset, 1, 0);
        _nextOffset += records.Length;
        if (moveHighWatermark)
            _highWatermark = Math.Max(_highWatermark ?? 0, _nextOffset);
        _loader.Commit(MetadataBatch.ReadAll(batch.Span));
        Run();
    }

    private void LoadSnapshot(long endOffset, int epoch, params IMetadataRecord[] records)
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions { IsControl = true });
        var header = ProtocolWriter.ToArray(new SnapshotHeaderRecord { LastContainedLogTimestamp = 55 }, 0);
        builder.Append(0, ControlRecord.Key(ControlRecordType.SnapshotHeader), header);
        var data = MetadataBatchWriter.ToBatch(Newest(records), 1, epoch, 0);
        byte[] file = [.. builder.Build().Span, .. data.Span];
        _highWatermark = endOffset;
        _loader.LoadSnapshot(new MetadataSnapshot(endOffset, epoch, -1, MetadataBatch.ReadAll(file)));
        Run();
    }

    private static MetadataRecord[] Newest(IMetadataRecord[] records) =>
        [.. records.Select(record => new MetadataRecord(record, MessageCatalog.Find(MessageKind.Metadata, record.RecordType)!.HighestVersion))];

    private void Run() => _loop.RunPending();

    private sealed class Source : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public Action? OnDispose { get; init; }

        public IEnumerable<MetadataBatch> Damaged()
        {
            yield return MetadataBatch.Decode(0, 0, 1, 0, 70, [new byte[] { 9, 9, 9 }]);
        }

        public void Dispose()
        {
            IsDisposed = true;
            OnDispose?.Invoke();
        }
    }
}
