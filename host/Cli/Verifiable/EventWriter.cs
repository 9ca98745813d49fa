using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kafka.Modular.Cli.Verifiable;

/// <summary>Prints events as lines of JSON, each with its time and name first. Safe to use from any thread.</summary>
internal sealed class EventWriter(TextWriter output, TimeProvider time)
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();

    /// <summary>Prints an event.</summary>
    /// <param name="name">What happened.</param>
    /// <param name="write">Writes its other properties.</param>
    public void Write(string name, Action<Utf8JsonWriter>? write = null)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, s_options))
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp", time.GetUtcNow().ToUnixTimeMilliseconds());
            json.WriteString("name", name);
            write?.Invoke(json);
            json.WriteEndObject();
        }

        var line = System.Text.Encoding.UTF8.GetString(bytes.ToArray());
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
