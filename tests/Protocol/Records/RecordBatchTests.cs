using CsCheck;
using Kafka.Modular.Core.Checksums;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Protocol.Tests.Records;

public class RecordBatchTests
{
    private static readonly TestGzipCodec Gzip = new();

    private static readonly Gen<(long Timestamp, byte[]? Key, byte[]? Value, int Headers)[]> AnyRecords = Gen.Select(
        Gen.Long[-1, 1L << 45], Bytes(), Bytes(), Gen.Int[0, 3]).Array[0, 20];

    private static Gen<byte[]?> Bytes() => Gen.OneOf(Gen.Const(() => (byte[]?)null), Gen.Byte.Array[0, 400].Select(bytes => (byte[]?)bytes));

    [Test]
    public void What_the_builder_writes_the_enumerator_reads() => Gen.Select(AnyRecords, Gen.Bool).Sample((records, compressed) =>
    {
        var batch = Build(records, compressed ? CompressionType.Gzip : CompressionType.None);
        Assert.That(RecordBatchView.TryRead(batch.Span, out var view), Is.EqualTo(RecordSetStatus.Ok));
        Assert.That(view.IsValid());
        var read = new RecordEnumerator(view, RecordBatchCompression.Decompress(batch, new CompressionCodecs(Gzip)).Span);
        for (var index = 0; index < records.Length; index++)
        {
            Assert.That(read.MoveNext());
            Assert.That(read.Current.Offset, Is.EqualTo(100 + index));
            Assert.That(read.Current.Timestamp, Is.EqualTo(records[index].Timestamp));
            Assert.That(read.Current.IsKeyNull ? null : read.Current.Key.ToArray(), Is.EqualTo(records[index].Key));
            Assert.That(read.Current.IsValueNull ? null : read.Current.Value.ToArray(), Is.EqualTo(records[index].Value));
            Assert.That(read.Current.HeaderCount, Is.EqualTo(records[index].Headers));
        }

        Assert.That(read.MoveNext(), Is.False);
        Assert.That(read.Status, Is.EqualTo(RecordSetStatus.End));
    }, iter: 300);

    [Test]
    public void The_scanner_sees_what_the_enumerator_sees() => AnyRecords.Sample(records =>
    {
        var batch = Build(records, CompressionType.Gzip);
        RecordBatchView.TryRead(batch.Span, out var view);
        var read = new RecordEnumerator(view, RecordBatchCompression.Decompress(batch, new CompressionCodecs(Gzip)).Span);
        using var scanner = new RecordScanner(
            Gzip.OpenDecompressor(batch[RecordBatchFormat.HeaderSize..], default), view.RecordCount);
        while (scanner.MoveNext(out var summary))
        {
            Assert.That(read.MoveNext());
            Assert.That(
                summary,
                Is.EqualTo(new RecordSummary(
                    read.Current.OffsetDelta, read.Current.TimestampDelta, !read.Current.IsKeyNull, read.Current.SizeInBytes)));
        }

        Assert.That(scanner.Status, Is.EqualTo(RecordSetStatus.End));
        Assert.That(read.MoveNext(), Is.False);
    }, iter: 200);

    [Test]
    public void Damaged_records_are_refused_alike_by_enumerator_and_scanner() =>
        Gen.Select(AnyRecords, Gen.Int[0, 10_000], Gen.Byte).Sample((records, where, with) =>
        {
            var batch = Build(records, CompressionType.None).ToArray();
            if (batch.Length == RecordBatchFormat.HeaderSize)
                return;
            batch[RecordBatchFormat.HeaderSize + (where % (batch.Length - RecordBatchFormat.HeaderSize))] = with;
            RecordBatchView.TryRead(batch, out var view);
            var read = new RecordEnumerator(view);
            while (read.MoveNext())
            {
            }

            using var scanner = new RecordScanner(new PlainDecompressor(view.Records.ToArray()), view.RecordCount);
            while (scanner.MoveNext(out _))
            {
            }

            Assert.That(scanner.Status == RecordSetStatus.End, Is.EqualTo(read.Status == RecordSetStatus.End));
        }, iter: 2000);

    [Test]
    public void Recompressing_keeps_every_record_and_makes_a_valid_batch()
    {
        var records = Enumerable.Range(0, 2000).Select(each => ((long)each, (byte[]?)[1, 2, 3], (byte[]?)new byte[100], 1)).ToArray();
        var plain = Build(records, CompressionType.None).ToArray();
        var packed = RecordBatchCompression.Recompress(plain, source: null, Gzip, level: null, int.MaxValue);
        var unpacked = RecordBatchCompression.Recompress(packed, Gzip, target: null, level: null, int.MaxValue);
        RecordBatchView.TryRead(packed, out var view);
        Assert.That(view.IsValid());
        Assert.That(view.Compression, Is.EqualTo(CompressionType.Gzip));
        Assert.That(packed, Has.Length.LessThan(plain.Length / 4));
        Assert.That(unpacked, Is.EqualTo(plain));
        Assert.That(
            () => RecordBatchCompression.Recompress(packed, Gzip, target: null, level: null, 10_000),
            Throws.TypeOf<Spi.Compression.DecompressedTooLargeException>());
    }

    [Test]
    public void A_batch_cut_anywhere_is_truncated_and_never_read()
    {
        var batch = Build([(5, null, [1, 2, 3], 0)], CompressionType.None).ToArray();
        for (var length = 1; length < batch.Length; length++)
            Assert.That(RecordBatchView.TryRead(batch.AsSpan(0, length), out _), Is.EqualTo(RecordSetStatus.Truncated), $"at {length}");
        Assert.That(RecordBatchView.TryRead([], out _), Is.EqualTo(RecordSetStatus.End));
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(48)]
    [TestCase(int.MaxValue)]
    public void A_length_that_cannot_be_is_corrupt(int length)
    {
        var batch = Build([(5, null, [1, 2, 3], 0)], CompressionType.None).ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), length);
        Assert.That(RecordBatchView.TryRead(batch, out _), Is.EqualTo(RecordSetStatus.Corrupt));
    }

    [Test]
    public void An_unknown_magic_is_corrupt()
    {
        var batch = Build([(5, null, [1, 2, 3], 0)], CompressionType.None).ToArray();
        batch[16] = 3;
        Assert.That(RecordBatchView.TryRead(batch, out _), Is.EqualTo(RecordSetStatus.Corrupt));
    }

    [Test]
    public void Patching_offset_and_epoch_leaves_the_checksum_right_and_patching_timestamps_makes_it_right()
    {
        var batch = Build([(5, null, [1, 2, 3], 0), (9, null, null, 0)], CompressionType.None).ToArray();
        RecordBatchPatch.SetBaseOffset(batch, 1L << 40);
        RecordBatchPatch.SetPartitionLeaderEpoch(batch, 12);
        RecordBatchView.TryRead(batch, out var view);
        Assert.That((view.IsValid(), view.BaseOffset, view.LastOffset, view.PartitionLeaderEpoch), Is.EqualTo((true, 1L << 40, (1L << 40) + 1, 12)));
        RecordBatchPatch.SetMaxTimestamp(batch, TimestampType.LogAppendTime, 777);
        Assert.That((view.IsValid(), view.TimestampType, view.MaxTimestamp), Is.EqualTo((true, TimestampType.LogAppendTime, 777L)));
        var read = new RecordEnumerator(view);
        Assert.That(read.MoveNext() && read.Current.Timestamp == 777);
        RecordBatchPatch.SetMaxTimestamp(batch, TimestampType.CreateTime, 9);
        Assert.That((view.IsValid(), view.TimestampType, view.MaxTimestamp), Is.EqualTo((true, TimestampType.CreateTime, 9L)));
    }

    [TestCase(int.MaxValue, 1, 0)]
    [TestCase(int.MaxValue - 2, 5, 2)]
    [TestCase(7, 5, 12)]
    public void Sequences_wrap_to_zero(int sequence, int increment, int expected)
    {
        Assert.That(RecordBatchFormat.IncrementSequence(sequence, increment), Is.EqualTo(expected));
        Assert.That(RecordBatchFormat.DecrementSequence(expected, increment), Is.EqualTo(sequence));
    }

    [Test]
    public void Walking_a_record_set_allocates_nothing()
    {
        var batch = Build([(5, [1], [1, 2, 3], 2), (9, null, null, 0)], CompressionType.None).ToArray();
        byte[] set = [.. batch, .. batch, .. batch];
        Walk(set);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var records = Walk(set);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(records, Is.EqualTo(6));
    }

    [Test]
    public void Checksums_agree_with_the_published_examples()
    {
        Assert.That(Crc32C.Compute("123456789"u8), Is.EqualTo(0xE3069283u));
        Assert.That(Crc32C.Compute(new byte[32]), Is.EqualTo(0x8A9136AAu));
        Assert.That(Crc32C.Append(Crc32C.Compute("1234"u8), "56789"u8), Is.EqualTo(0xE3069283u));
        Assert.That(Crc32.Compute("123456789"u8), Is.EqualTo(0xCBF43926u));
    }

    private static int Walk(byte[] set)
    {
        var count = 0;
        foreach (var batch in new RecordBatchEnumerator(set))
        {
            if (!batch.IsValid())
                return -1;
            foreach (var record in new RecordEnumerator(batch))
            {
                count++;
                foreach (var header in record.Headers)
                    count += header.Key.Length == 0 ? 1 : 0;
            }
        }

        return count;
    }

    private static Memory<byte> Build((long Timestamp, byte[]? Key, byte[]? Value, int Headers)[] records, CompressionType compression)
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions { BaseOffset = 100, Compression = compression });
        foreach (var (timestamp, key, value, headers) in records)
            builder.Append(timestamp, key, value, [.. Enumerable.Range(0, headers).Select(each => new RecordHeader($"h{each}", null))]);
        return compression == CompressionType.None ? builder.Build() : builder.Build(Gzip);
    }

    private sealed class PlainDecompressor(byte[] bytes) : Spi.Compression.IDecompressor
    {
        private int _position;

        public int Read(Span<byte> destination)
        {
            var piece = bytes.AsSpan(_position, Math.Min(Math.Min(destination.Length, 7), bytes.Length - _position));
            piece.CopyTo(destination);
            _position += piece.Length;
            return piece.Length;
        }

        public void Dispose()
        {
        }
    }
}
