using System.Text.Json;
using Kafka.Modular.Protocol.Json;

namespace Kafka.Modular.Protocol.Tests;

/// <summary>
/// Every sample decodes to what it means and encodes to the same bytes, from the bytes and from the meaning. The environment variable WIRE_VECTORS names another
/// file of the same form. Without the reference the samples in this folder stand in.
/// </summary>
public sealed class WireVectorTests
{
    [Test]
    public void Samples_decode_to_their_json_and_encode_to_their_bytes()
    {
        string path = Environment.GetEnvironmentVariable("WIRE_VECTORS") is { Length: > 0 } given
            ? given
            : ReferenceFolder.File("protocol", "wire-vectors-a.jsonl.gz") ?? Committed("wire-vectors.jsonl.gz");
        Run(path, vector =>
        {
            IMessage fromBytes = Decode(vector);
            Expect(vector, "encoded from bytes", Convert.ToHexString(ProtocolWriter.ToArray(fromBytes, vector.Version)), Convert.ToHexString(vector.Bytes));
            ExpectJson(vector, fromBytes);
            IMessage fromJson = vector.Descriptor!.Create();
            JsonMessageReader.Fill(vector.Json, fromJson, vector.Version);
            Expect(vector, "encoded from json", Convert.ToHexString(ProtocolWriter.ToArray(fromJson, vector.Version)), Convert.ToHexString(vector.Bytes));
        });
    }

    [Test]
    public void Unknown_tagged_fields_are_kept_and_written_back()
    {
        string path = ReferenceFolder.File("protocol", "wire-vectors-unknown-tags.jsonl.gz") ?? Committed("wire-vectors-unknown-tags.jsonl.gz");
        Run(path, vector =>
        {
            IMessage message = Decode(vector);
            Expect(vector, "tags", string.Join(' ', (message.UnknownTags ?? []).Select(tag => $"{tag.Tag}:{tag.Data.Length}")), "100:3 9999:0 70000:200");
            Expect(vector, "encoded", Convert.ToHexString(ProtocolWriter.ToArray(message, vector.Version)), Convert.ToHexString(vector.Bytes));
            ExpectJson(vector, message);
        });
    }

    private static string Committed(string name)
    {
        TestContext.Out.WriteLine($"the reference is not here, so the samples of tests/Protocol/Vectors/{name} are used");
        return Path.Combine(AppContext.BaseDirectory, "Vectors", name);
    }

    private static void Run(string path, Action<WireVector> check)
    {
        int passed = 0;
        var skipped = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var failures = new List<string>();
        foreach (WireVector vector in WireVector.Read(path))
        {
            if (vector.Descriptor is null)
            {
                string name = $"{vector.Name} v{vector.Version}";
                skipped[name] = skipped.GetValueOrDefault(name) + 1;
                continue;
            }

            try
            {
                check(vector);
                passed++;
            }
            catch (Exception e) when (e is ProtocolException or MismatchException)
            {
                failures.Add($"{vector}: {e.Message}");
            }
        }

        TestContext.Out.WriteLine($"{Path.GetFileName(path)}: {passed} lines as they should be, {failures.Count} not, {skipped.Values.Sum()} skipped");
        foreach ((string name, int count) in skipped)
        {
            TestContext.Out.WriteLine($"  skipped, no schema: {name} ({count} lines)");
        }

        Assert.That(failures, Is.Empty, string.Join('\n', failures.Take(20)));
        Assert.That(passed + skipped.Count, Is.Positive, "the file holds no samples");
    }

    private static IMessage Decode(WireVector vector)
    {
        var reader = new ProtocolReader(vector.Bytes.AsMemory());
        IMessage message = vector.Descriptor!.Read(ref reader, vector.Version);
        reader.EnsureEnd();
        return message;
    }

    private static void ExpectJson(WireVector vector, IMessage message)
    {
        string text = JsonMessageWriter.ToText(message, vector.Version);
        if (!JsonElement.DeepEquals(JsonElement.Parse(text), vector.Json))
        {
            throw new MismatchException($"json is\n  {text}\ninstead of\n  {vector.Json.GetRawText()}");
        }
    }

    private static void Expect(WireVector vector, string what, string actual, string expected)
    {
        if (actual != expected)
        {
            throw new MismatchException($"{what} is\n  {actual}\ninstead of\n  {expected} ({vector.Sample})");
        }
    }

    private sealed class MismatchException(string message) : Exception(message);
}
