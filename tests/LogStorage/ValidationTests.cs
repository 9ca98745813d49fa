using System.Buffers.Binary;
using Kafka.Modular.LogStorage.Tests.Support;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Protocol.Tests.Records;

namespace Kafka.Modular.LogStorage.Tests;

public class ValidationTests
{
    private readonly LogHarness _harness = new();

    private static IEnumerable<TestCaseData> BadBatches()
    {
        yield return Bad("no batch", ErrorCode.InvalidRecord, _ => []);
        yield return Bad("cut batch", ErrorCode.CorruptMessage, batch => batch[..^1]);
        yield return Bad("two batches", ErrorCode.InvalidRecord, batch => [.. batch, .. batch]);
        yield return Bad("trailing bytes", ErrorCode.InvalidRecord, batch => [.. batch, 0]);
        yield return Bad("wrong checksum", ErrorCode.CorruptMessage, batch => Patched(batch, 20, 1, fixCrc: false));
        yield return Bad("changed record byte", ErrorCode.CorruptMessage, batch => Patched(batch, batch.Length - 2, 99, fixCrc: false));
        yield return Bad("magic 1", ErrorCode.InvalidRecord, batch => Patched(batch, 16, 1, fixCrc: false));
        yield return Bad("magic 3", ErrorCode.CorruptMessage, batch => Patched(batch, 16, 3, fixCrc: false));
        yield return Bad("base offset not 0", ErrorCode.InvalidRecord, batch => Patched(batch, 7, 1, fixCrc: false));
        yield return Bad("more records counted than offsets", ErrorCode.InvalidRecord, batch => Patched(batch, 60, 3));
        yield return Bad("no records counted", ErrorCode.InvalidRecord, batch => Patched(batch, 60, 0));
        yield return Bad("more records counted than there are", ErrorCode.InvalidRecord, batch => Patched(Patched(batch, 60, 3), 26, 2));
        yield return Bad("fewer records counted than there are", ErrorCode.InvalidRecord, batch => Patched(Patched(batch, 60, 1), 26, 0));
        yield return Bad("record length too large", ErrorCode.InvalidRecord, batch => Patched(batch, 61, 0x7e));
        yield return Bad("control batch", ErrorCode.InvalidRecord, batch => Patched(batch, 22, 0x20));
        yield return Bad("producer without sequence", ErrorCode.InvalidRecord, _ => Batches.Idempotent(5, 0, -1, "a").ToArray());
        yield return Bad("unknown compression", ErrorCode.InvalidRecord, batch => Patched(batch, 22, 5));
        yield return Bad("codec that is not loaded", ErrorCode.UnsupportedCompressionType, batch => Patched(batch, 22, 4));
        yield return Bad("gzip that is none", ErrorCode.CorruptMessage, batch => Patched(batch, 22, 1));
        yield return Bad("stamped by the producer", ErrorCode.InvalidTimestamp, batch => Stamped(batch));
    }

    [TestCaseSource(nameof(BadBatches))]
    public async Task A_bad_batch_is_refused_and_leaves_no_trace(ErrorCode expected, Func<byte[], byte[]> damage)
    {
        var log = await _harness.OpenAsync();
        var result = log.AppendAsLeader(damage(Batches.Of("a", "b").ToArray()), leaderEpoch: 1);
        Assert.That(result.Error, Is.EqualTo(expected), result.Message);
        Assert.That(result.Message, Is.Not.Empty);
        Assert.That((log.LogEndOffset, log.Size, log.LatestEpoch), Is.EqualTo((0L, 0L, (int?)null)));
    }

    [Test]
    public async Task A_batch_above_max_message_bytes_is_too_large()
    {
        var batch = Batches.Of("a");
        _harness.Config = _harness.Config with { MaxMessageBytes = batch.Length };
        var log = await _harness.OpenAsync();
        Assert.That(log.AppendAsLeader(batch, 0).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(log.AppendAsLeader(Batches.Of("ab"), 0).Error, Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [Test]
    public async Task A_batch_above_the_segment_size_is_too_large_for_the_log()
    {
        _harness.Config = _harness.Config with { SegmentBytes = 100 };
        var log = await _harness.OpenAsync();
        Assert.That(log.AppendAsLeader(Batches.Of(new string('x', 100)), 0).Error, Is.EqualTo(ErrorCode.RecordListTooLarge));
    }

    [TestCase(CompressionType.None)]
    [TestCase(CompressionType.Gzip)]
    public async Task A_compacted_topic_names_the_records_without_a_key(CompressionType compression)
    {
        _harness.Config = _harness.Config with { CleanupPolicy = CleanupPolicy.Compact };
        var log = await _harness.OpenAsync();
        var builder = new RecordBatchBuilder(new RecordBatchOptions { Compression = compression });
        builder.Append(_harness.Now, [1], [1]);
        builder.Append(_harness.Now, key: null, [2]);
        builder.Append(_harness.Now, [], [3]);
        builder.Append(_harness.Now, key: null, [4]);
        var batch = compression == CompressionType.None ? builder.Build() : builder.Build(new TestGzipCodec());
        var result = log.AppendAsLeader(batch, 0);
        Assert.That(result.Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(result.RecordErrors!.Select(error => error.BatchIndex), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(log.AppendAsLeader(Batches.Keyed("k", null), 0).Error, Is.EqualTo(ErrorCode.None));
    }

    [TestCase(0, false)]
    [TestCase(-10_000, false)]
    [TestCase(-10_001, true)]
    [TestCase(5_000, false)]
    [TestCase(5_001, true)]
    public async Task A_timestamp_outside_of_the_window_is_refused_with_its_index(int difference, bool isRefused)
    {
        _harness.Config = _harness.Config with { TimestampBeforeMaxMs = 10_000, TimestampAfterMaxMs = 5_000 };
        var log = await _harness.OpenAsync();
        var builder = new RecordBatchBuilder(new RecordBatchOptions());
        builder.Append(_harness.Now, key: null, [1]);
        builder.Append(_harness.Now + difference, key: null, [2]);
        var result = log.AppendAsLeader(builder.Build(), 0);
        Assert.That(result.Error, Is.EqualTo(isRefused ? ErrorCode.InvalidTimestamp : ErrorCode.None));
        if (isRefused)
            Assert.That(result.RecordErrors!.Select(error => error.BatchIndex), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task A_record_without_a_timestamp_is_accepted()
    {
        _harness.Config = _harness.Config with { TimestampBeforeMaxMs = 10_000 };
        var log = await _harness.OpenAsync();
        Assert.That(log.AppendAsLeader(Batches.At(-1, "a"), 0).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Log_append_time_stamps_the_batch_and_keeps_its_checksum_right()
    {
        _harness.Config = _harness.Config with { TimestampType = TimestampType.LogAppendTime };
        var log = await _harness.OpenAsync();
        var result = log.AppendAsLeader(Batches.At(5, "a", "b"), 0);
        Assert.That((result.LogAppendTime, result.MaxTimestamp), Is.EqualTo((_harness.Now, _harness.Now)));
        using var lease = log.Read(0, 1000, ReadIsolation.LogEnd, minOneMessage: true).Lease!;
        RecordBatchView.TryRead(Batches.Bytes(lease), out var batch);
        Assert.That((batch.IsValid(), batch.TimestampType, batch.MaxTimestamp), Is.EqualTo((true, TimestampType.LogAppendTime, _harness.Now)));
    }

    [Test]
    public async Task Create_time_is_not_reported_as_log_append_time()
    {
        var log = await _harness.OpenAsync();
        Assert.That(log.AppendAsLeader(Batches.Of("a"), 0).LogAppendTime, Is.EqualTo(-1));
    }

    [TestCase(CompressionType.None, CompressionType.Gzip)]
    [TestCase(CompressionType.Gzip, CompressionType.None)]
    [TestCase(CompressionType.Gzip, CompressionType.Gzip)]
    public async Task The_topic_decides_the_compression(CompressionType sent, CompressionType wanted)
    {
        _harness.Config = _harness.Config with { Compression = wanted };
        var log = await _harness.OpenAsync();
        log.AppendAsLeader(Batches.Of("first"), 0);
        var batch = Batches.Of(new RecordBatchOptions { Compression = sent }, _harness.Now, "a", "b");
        Assert.That(log.AppendAsLeader(batch, 0).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=first", "1=a", "2=b" }));
        using var lease = log.Read(1, 10_000, ReadIsolation.LogEnd, minOneMessage: true).Lease!;
        RecordBatchView.TryRead(Batches.Bytes(lease), out var stored);
        Assert.That((stored.Compression, stored.IsValid()), Is.EqualTo((wanted, true)));
    }

    [Test]
    public async Task A_batch_that_needs_no_other_compression_is_stored_as_it_came()
    {
        var log = await _harness.OpenAsync();
        var batch = Batches.Of(new RecordBatchOptions { Compression = CompressionType.Gzip }, _harness.Now, "a", "b");
        var sent = batch.ToArray();
        log.AppendAsLeader(batch, leaderEpoch: 7);
        BinaryPrimitives.WriteInt32BigEndian(sent.AsSpan(12), 7);
        Assert.That(_harness.ReadFile("00000000000000000000.log"), Is.EqualTo(sent));
    }

    [TestCase(CompressionType.None)]
    [TestCase(CompressionType.Gzip)]
    public async Task Records_that_are_numbered_wrongly_are_numbered_anew(CompressionType compression)
    {
        var log = await _harness.OpenAsync();
        var builder = new RecordBatchBuilder(new RecordBatchOptions { Compression = compression, LastOffset = 1 });
        builder.AppendAt(0, _harness.Now, hasKey: false, default, hasValue: true, "a"u8);
        builder.AppendAt(5, _harness.Now, hasKey: false, default, hasValue: true, "b"u8);
        var batch = compression == CompressionType.None ? builder.Build() : builder.Build(new TestGzipCodec());
        Assert.That(log.AppendAsLeader(batch, 0).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(Batches.ReadAll(log), Is.EqualTo(new[] { "0=a", "1=b" }));
    }

    [Test]
    public async Task A_coordinator_may_write_control_batches()
    {
        var log = await _harness.OpenAsync();
        Assert.That(log.AppendAsLeader(Batches.Marker(1, 0, commit: true), 0, AppendOrigin.Coordinator).Error, Is.EqualTo(ErrorCode.None));
    }

    private static TestCaseData Bad(string name, ErrorCode error, Func<byte[], byte[]> damage) =>
        new TestCaseData(error, damage).SetArgDisplayNames(name);

    private static byte[] Patched(byte[] batch, int position, byte value, bool fixCrc = true)
    {
        batch[position] = value;
        if (fixCrc)
            RecordBatchPatch.UpdateCrc(batch);
        return batch;
    }

    private static byte[] Stamped(byte[] batch)
    {
        RecordBatchPatch.SetMaxTimestamp(batch, TimestampType.LogAppendTime, -1);
        return batch;
    }
}
