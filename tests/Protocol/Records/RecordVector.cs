using System.Text.Json;

namespace Kafka.Modular.Protocol.Tests.Records;

/// <summary>One line of the record vectors: a record set and what Kafka reads from it.</summary>
internal sealed class RecordVector
{
    private readonly JsonElement _json;

    private RecordVector(JsonElement json) => _json = json;

    public string Description => $"magic {Magic} {Compression}: {_json.GetProperty("desc").GetString()}";

    public string Compression => Text("compression");

    public int Magic => Int("magic");

    public bool IsValid => _json.GetProperty("valid").GetBoolean();

    public byte[] Bytes => Convert.FromHexString(Text("batch_hex"));

    public IEnumerable<JsonElement> Records => _json.GetProperty("records").EnumerateArray();

    public static IReadOnlyList<RecordVector> Load(string file)
    {
        if (ReferenceFiles.Find(Path.Combine("records", file)) is not { } path)
        {
            TestContext.Progress.WriteLine($"records/{file} is not there: its vectors are left out.");
            return [];
        }

        return [.. File.ReadLines(path).Select(line => new RecordVector(JsonDocument.Parse(line).RootElement))];
    }

    public string Text(string name) => _json.GetProperty(name).GetString()!;

    public long Long(string name) => _json.GetProperty(name).GetInt64();

    public int Int(string name) => _json.GetProperty(name).GetInt32();

    public bool Bool(string name) => _json.GetProperty(name).GetBoolean();

    public long? NullableLong(string name) => _json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : null;

    public override string ToString() => Description;
}
