using System.Text.Json;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Protocol.Tests.Records;

public class RecordVectorTests
{
    private static readonly CompressionCodecs Codecs = new(new TestGzipCodec());

    private static IEnumerable<RecordVector> Current() => [.. RecordVector.Load("magic2.jsonl"), .. RecordVector.Load("control.jsonl")];

    private static IEnumerable<RecordVector> Legacy() => RecordVector.Load("legacy.jsonl");

    private static bool CanDecompress(RecordVector vector) => vector.Compression is "none" or "gzip";

    [Test]
    public void Every_header_of_magic_2_reads_as_Kafka_reads_it()
    {
        Assert.Multiple(() =>
        {
            foreach (var vector in Current())
            {
                Assert.That(RecordBatchView.TryRead(vector.Bytes, out var batch), Is.EqualTo(RecordSetStatus.Ok), vector.Description);
                AssertHeader(batch, vector);
                Assert.That(batch.IsValid(), Is.EqualTo(vector.IsValid), vector.Description);
            }
        });
    }

    [Test]
    public void Every_record_of_magic_2_reads_as_Kafka_reads_it()
    {
        foreach (var vector in Current().Where(each => each.IsValid && CanDecompress(each)))
        {
            var expected = vector.Records.ToList();
            var index = 0;
            var batches = new RecordBatchEnumerator(vector.Bytes);
            while (batches.MoveNext())
            {
                var batch = batches.Current;
                var bytes = vector.Bytes.AsMemory(batches.Position, batch.SizeInBytes);
                var records = new RecordEnumerator(batch, RecordBatchCompression.Decompress(bytes, Codecs).Span);
                while (records.MoveNext())
                    AssertRecord(records.Current, batch, expected[index++], vector.Description);
                Assert.That(records.Status, Is.EqualTo(RecordSetStatus.End), vector.Description);
            }

            Assert.That(batches.Status, Is.EqualTo(RecordSetStatus.End), vector.Description);
            Assert.That(index, Is.EqualTo(expected.Count), vector.Description);
        }
    }

    [Test]
    public void Every_record_of_magic_0_and_1_reads_as_Kafka_reads_it()
    {
        foreach (var vector in Legacy())
        {
            var expected = vector.Records.ToList();
            var index = 0;
            var messages = new RecordBatchEnumerator(vector.Bytes);
            while (messages.MoveNext())
            {
                var message = messages.Current;
                Assert.That(message.IsValid(), vector.Description);
                Assert.That(message.TimestampType.ToString(), Is.EqualTo(vector.Text("timestampType")), vector.Description);
                if (!CanDecompress(vector))
                {
                    Assert.That(LegacyRecordEnumerator.TryGetCompressedMessages(message, out var compressed), vector.Description);
                    Assert.That(compressed.Length, Is.GreaterThan(0), vector.Description);
                    index = expected.Count;
                    continue;
                }

                var bytes = vector.Bytes.AsMemory(messages.Position, message.SizeInBytes);
                var records = message.IsCompressed
                    ? new LegacyRecordEnumerator(message, RecordBatchCompression.Decompress(bytes, Codecs).Span)
                    : new LegacyRecordEnumerator(message);
                while (index < expected.Count && records.MoveNext())
                {
                    AssertRecord(records.Current, message, expected[index++], vector.Description);
                    if (!message.IsCompressed)
                        break;
                }
            }

            Assert.That(messages.Status, Is.EqualTo(RecordSetStatus.End), vector.Description);
            Assert.That(index, Is.EqualTo(expected.Count), vector.Description);
        }
    }

    [Test]
    public void A_batch_written_from_the_decoded_fields_has_the_same_bytes_as_Kafkas()
    {
        foreach (var vector in Current().Where(each => each.IsValid && each.Compression is "none" && each.Int("batches") == 1))
        {
            var builder = new RecordBatchBuilder(new RecordBatchOptions
            {
                BaseOffset = vector.Long("baseOffset"),
                LastOffset = vector.Long("lastOffset"),
                PartitionLeaderEpoch = vector.Int("partitionLeaderEpoch"),
                TimestampType = Enum.Parse<TimestampType>(vector.Text("timestampType")),
                LogAppendTime = vector.Long("maxTimestamp"),
                IsTransactional = vector.Bool("isTransactional"),
                IsControl = vector.Bool("isControl"),
                ProducerId = vector.Long("producerId"),
                ProducerEpoch = (short)vector.Int("producerEpoch"),
                BaseSequence = vector.Int("baseSequence"),
                DeleteHorizonMs = vector.NullableLong("deleteHorizonMs"),
            });
            // A stamped batch keeps the timestamps that the producer gave, and an empty one its maximum: neither can be seen in the records.
            if (vector.Text("timestampType") is "LogAppendTime" || !vector.Records.Any())
                continue;
            foreach (var record in vector.Records)
            {
                builder.AppendAt(
                    record.GetProperty("offset").GetInt64(),
                    record.GetProperty("timestamp").GetInt64(),
                    Hex(record, "key_hex") is not null,
                    Hex(record, "key_hex"),
                    Hex(record, "value_hex") is not null,
                    Hex(record, "value_hex"),
                    [.. record.GetProperty("headers").EnumerateArray().Select(ReadHeader)]);
            }

            Assert.That(Convert.ToHexStringLower(builder.Build().Span), Is.EqualTo(vector.Text("batch_hex")), vector.Description);
        }
    }

    [Test]
    public void Control_record_types_read_as_Kafka_names_them()
    {
        foreach (var vector in RecordVector.Load("control.jsonl"))
        {
            var record = vector.Records.Single();
            Assert.That(ControlRecord.TryReadType(Hex(record, "key_hex"), out var type), vector.Description);
            Assert.That(
                type.ToString(),
                Is.EqualTo(record.GetProperty("controlType").GetString()!.Replace("_", "", StringComparison.Ordinal)).IgnoreCase);
            Assert.That(ControlRecord.Key(type), Is.EqualTo(Hex(record, "key_hex")));
            if (type is not (ControlRecordType.Commit or ControlRecordType.Abort))
                continue;
            Assert.That(ControlRecord.TryReadEndTransactionMarker(Hex(record, "value_hex"), out var epoch));
            Assert.That(ControlRecord.EndTransactionMarker(epoch), Is.EqualTo(Hex(record, "value_hex")));
        }
    }

    private static void AssertHeader(RecordBatchView batch, RecordVector vector)
    {
        var text = vector.Description;
        Assert.That(batch.Magic, Is.EqualTo(vector.Magic), text);
        Assert.That(batch.BaseOffset, Is.EqualTo(vector.Long("baseOffset")), text);
        Assert.That(batch.Compression.ToString(), Is.EqualTo(vector.Compression).IgnoreCase, text);
        Assert.That(batch.TimestampType.ToString(), Is.EqualTo(vector.Text("timestampType")), text);
        Assert.That(batch.MaxTimestamp, Is.EqualTo(vector.Long("maxTimestamp")), text);
        Assert.That(batch.BaseTimestamp, Is.EqualTo(vector.Long("baseTimestamp")), text);
        Assert.That(batch.ProducerId, Is.EqualTo(vector.Long("producerId")), text);
        Assert.That(batch.ProducerEpoch, Is.EqualTo(vector.Int("producerEpoch")), text);
        Assert.That(batch.BaseSequence, Is.EqualTo(vector.Int("baseSequence")), text);
        Assert.That(batch.LastSequence, Is.EqualTo(vector.Int("lastSequence")), text);
        Assert.That(batch.PartitionLeaderEpoch, Is.EqualTo(vector.Int("partitionLeaderEpoch")), text);
        Assert.That(batch.IsTransactional, Is.EqualTo(vector.Bool("isTransactional")), text);
        Assert.That(batch.IsControl, Is.EqualTo(vector.Bool("isControl")), text);
        Assert.That(batch.HasDeleteHorizon ? batch.DeleteHorizonMs : (long?)null, Is.EqualTo(vector.NullableLong("deleteHorizonMs")), text);
        Assert.That(batch.Crc, Is.EqualTo(vector.Long("crc")), text);
        if (vector.Int("batches") > 1)
            return;
        Assert.That(batch.LastOffset, Is.EqualTo(vector.Long("lastOffset")), text);
        Assert.That(batch.NextOffset, Is.EqualTo(vector.Long("nextOffset")), text);
        Assert.That(batch.RecordCount, Is.EqualTo(vector.Int("recordCount")), text);
        Assert.That(batch.SizeInBytes, Is.EqualTo(vector.Int("sizeInBytes")), text);
    }

    private static void AssertRecord(RecordView record, RecordBatchView batch, JsonElement expected, string text)
    {
        Assert.That(record.Offset, Is.EqualTo(expected.GetProperty("offset").GetInt64()), text);
        Assert.That(record.Timestamp, Is.EqualTo(expected.GetProperty("timestamp").GetInt64()), text);
        Assert.That(record.IsKeyNull ? null : record.Key.ToArray(), Is.EqualTo(Hex(expected, "key_hex")), text);
        Assert.That(record.IsValueNull ? null : record.Value.ToArray(), Is.EqualTo(Hex(expected, "value_hex")), text);
        if (expected.TryGetProperty("sequence", out var sequence) && batch.BaseSequence >= 0)
        {
            Assert.That(
                RecordBatchFormat.IncrementSequence(batch.BaseSequence, record.OffsetDelta), Is.EqualTo(sequence.GetInt32()), text);
        }

        var headers = expected.GetProperty("headers").EnumerateArray().Select(ReadHeader).ToList();
        Assert.That(record.HeaderCount, Is.EqualTo(headers.Count), text);
        var index = 0;
        foreach (var header in record.Headers)
        {
            Assert.That(System.Text.Encoding.UTF8.GetString(header.Key), Is.EqualTo(headers[index].Key), text);
            Assert.That(header.IsValueNull ? null : header.Value.ToArray(), Is.EqualTo(headers[index++].Value), text);
        }
    }

    private static RecordHeader ReadHeader(JsonElement header) =>
        new(header.GetProperty("key").GetString()!, Hex(header, "value_hex"));

    private static byte[]? Hex(JsonElement element, string name) =>
        element.GetProperty(name).GetString() is { } hex ? Convert.FromHexString(hex) : null;
}
