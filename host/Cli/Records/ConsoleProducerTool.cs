using System.Globalization;
using System.Text;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Producing;
using Kafka.Modular.Client.Settings;

namespace Kafka.Modular.Cli.Records;

/// <summary><c>kafka-console-producer</c>: each line of standard input becomes a record.</summary>
internal static class ConsoleProducerTool
{
    private const string LineReaderClass = "org.apache.kafka.tools.LineMessageReader";

    public static async Task<int> RunAsync(ToolCall call)
    {
        var options = call.Options;
        options.Require("topic", "bootstrap-server");
        if (options.Last("line-reader") is { } reader && reader != LineReaderClass)
            throw new ToolException($"The line reader {reader} is not there; {LineReaderClass} is.");
        var lines = new LineReader(options.Last("topic")!, ReaderProperties(options));
        using var codecs = new ToolCodecs();
        await using var producer = new KafkaProducer(Properties(options), ClientArguments.Parts(), codecs.All);
        try
        {
            await SendAsync(call, producer, lines);
        }
        catch (OperationCanceledException) when (call.Stopping.IsCancellationRequested)
        {
            // What was read is sent all the same.
        }

        await producer.CloseAsync(TimeSpan.FromDays(1));
        return ExitCodes.Done;
    }

    internal static ClientProperties Properties(ToolOptions options)
    {
        var codec = !options.Has("compression-codec") ? "none" : options.Last("compression-codec") is { Length: > 0 } named ? named : "gzip";
        return ClientArguments.Read(options, "console-producer")
            .With("compression.type", codec)
            .Merge("linger.ms", options.Last("timeout"), "1000")
            .Merge("acks", options.Last("request-required-acks"), "-1")
            .Merge("request.timeout.ms", options.Last("request-timeout-ms"), "1500")
            .Merge("retries", options.Last("message-send-max-retries"), "3")
            .Merge("retry.backoff.ms", options.Last("retry-backoff-ms"), "100")
            .Merge("send.buffer.bytes", options.Last("socket-buffer-size"), "102400")
            .Merge("buffer.memory", options.Last("max-memory-bytes"), "33554432")
            .Merge("batch.size", options.Last("batch-size"), "16384")
            .Merge("metadata.max.age.ms", options.Last("metadata-expiry-ms"), "300000")
            .Merge("max.block.ms", options.Last("max-block-ms"), "60000");
    }

    private static Dictionary<string, string> ReaderProperties(ToolOptions options)
    {
        var file = ClientArguments.ReadFile(options, "reader-config");
        var properties = file.With(ClientArguments.Pairs(options.Values("reader-property")));
        return properties.Keys.ToDictionary(static key => key, key => properties.Find(key)!, StringComparer.Ordinal);
    }

    private static async Task SendAsync(ToolCall call, KafkaProducer producer, LineReader lines)
    {
        var isSync = call.Options.Has("sync");
        var prompts = call.Console.HasColors && !Console.IsInputRedirected;
        using var input = new StreamReader(call.Console.InStream, Encoding.UTF8, leaveOpen: true);
        while (true)
        {
            if (prompts)
            {
                call.Out.Write('>');
                call.Out.Flush();
            }

            if (await input.ReadLineAsync(call.Stopping) is not { } line)
                return;
            var record = lines.Read(line);
            if (isSync)
                await producer.SendAsync(record, call.Stopping);
            else
                await producer.EnqueueAsync(in record, Report, record.Value?.Length ?? -1, call.Stopping);
        }

        void Report(in Delivery delivery)
        {
            if (delivery.Error is { } error)
            {
                call.Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"ERROR Error when sending message to topic {delivery.Topic} with value: {(delivery.Tag < 0 ? "null" : $"{delivery.Tag} bytes")} with error: {error.CodeName}: {error.Message}"));
            }
        }
    }
}
