using System.Text.Json;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Plugins.Tests.Compression;

/// <summary>The record sets that Kafka's own classes wrote, read through the codecs.</summary>
public sealed class RecordVectorTests
{
    private readonly CompressionCodecs _codecs = new(Codecs.All());

    [TestCase("magic2.jsonl")]
    [TestCase("control.jsonl")]
    [TestCase("legacy.jsonl")]
    public void Every_record_set_that_Kafka_wrote_is_read(string file)
    {
        foreach (var vector in Load(file).Where(vector => vector.GetProperty("valid").GetBoolean()))
        {
            var expected = vector.GetProperty("records").EnumerateArray().Select(record => Describe(
                record.GetProperty("offset").GetInt64(),
                record.GetProperty("timestamp").GetInt64(),
                record.GetProperty("key_hex").GetString(),
                record.GetProperty("value_hex").GetString()));
            Assert.That(ReadAll(Bytes(vector)), Is.EqualTo(expected), Name(vector));
        }
    }

    [Test]
    public void Every_record_set_of_magic_2_reads_the_same_after_recompression_with_each_codec([Values("gzip", "snappy", "lz4", "zstd")] string id)
    {
        var target = Codecs.Of(id);
        foreach (var vector in Load("magic2.jsonl").Where(vector => vector.GetProperty("valid").GetBoolean()))
        {
            var bytes = Bytes(vector);
            var recompressed = new List<byte>();
            foreach (var batch in new RecordBatchEnumerator(bytes))
            {
                _codecs.TryGet(batch.Compression, out var source);
                recompressed.AddRange(RecordBatchCompression.Recompress(batch.Bytes.ToArray(), source, target, null, int.MaxValue));
            }

            byte[] result = [.. recompressed];
            foreach (var batch in new RecordBatchEnumerator(result))
                Assert.That((batch.IsValid(), (int)batch.Compression), Is.EqualTo((true, target.Type)), Name(vector));
            Assert.That(ReadAll(result), Is.EqualTo(ReadAll(bytes)), Name(vector));
        }
    }

    private static string Describe(long offset, long timestamp, string? key, string? value) => $"{offset} {timestamp} {key ?? "null"} {value ?? "null"}";

    private static string? Hex(ReadOnlySpan<byte> bytes, bool isNull) => isNull ? null : Convert.ToHexStringLower(bytes);

    private static byte[] Bytes(JsonElement vector) => Convert.FromHexString(vector.GetProperty("batch_hex").GetString()!);

    private static string Name(JsonElement vector)
        => $"magic {vector.GetProperty("magic")} {vector.GetProperty("compression")}: {vector.GetProperty("desc")}";

    private static List<JsonElement> Load(string file)
    {
        var root = Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE");
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); root is null && directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, "shared", "reference");
            root = Directory.Exists(candidate) ? candidate : null;
        }

        var path = Path.Combine(root ?? "", "records", file);
        if (!File.Exists(path))
        {
            TestContext.Progress.WriteLine($"records/{file} is not there: its vectors are left out.");
            return [];
        }

        return [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private List<string> ReadAll(byte[] bytes)
    {
        var found = new List<string>();
        var batches = new RecordBatchEnumerator(bytes);
        while (batches.MoveNext())
        {
            var batch = batches.Current;
            var content = RecordBatchCompression.Decompress(bytes.AsMemory(batches.Position, batch.SizeInBytes), _codecs).Span;
            if (batch.Magic >= 2)
            {
                foreach (var record in new RecordEnumerator(batch, content))
                    found.Add(Describe(record.Offset, record.Timestamp, Hex(record.Key, record.IsKeyNull), Hex(record.Value, record.IsValueNull)));
                continue;
            }

            foreach (var record in batch.IsCompressed ? new LegacyRecordEnumerator(batch, content) : new LegacyRecordEnumerator(batch))
                found.Add(Describe(record.Offset, record.Timestamp, Hex(record.Key, record.IsKeyNull), Hex(record.Value, record.IsValueNull)));
        }

        Assert.That(batches.Status, Is.EqualTo(RecordSetStatus.End));
        return found;
    }
}
